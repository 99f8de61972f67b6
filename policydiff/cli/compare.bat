@echo off
rem Drop two work reports, last year's and this year's, on this file: the page that compares them
rem is written beside the second one and opens in the browser.
chcp 65001 >nul
set PYTHONUTF8=1
rem The environment that README makes, beside this folder or in it; else what Windows finds.
set "PYTHON=py"
if exist "%~dp0..\.venv\Scripts\python.exe" set "PYTHON=%~dp0..\.venv\Scripts\python.exe"
if exist "%~dp0.venv\Scripts\python.exe" set "PYTHON=%~dp0.venv\Scripts\python.exe"
if "%~2"=="" (
  echo Drop two reports on this file, last year's and this year's.
  pause
  exit /b 2
)
"%PYTHON%" -m policydiff "%~1" "%~2" -o "%~dpn2-compared.html" --open
if errorlevel 1 pause
