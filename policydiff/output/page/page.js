"use strict";
(function () {
  const root = document.documentElement, body = document.body;
  root.classList.add("script");
  const words = JSON.parse(document.getElementById("words").textContent);
  const rows = Array.from(document.querySelectorAll(".group tbody tr"));
  const decides = document.getElementById("export") !== null;
  const groups = Array.from(document.querySelectorAll(".group"));
  const search = document.getElementById("search"), doubtful = document.getElementById("doubtful");
  const key = "policydiff " + body.dataset.old + " " + body.dataset.new;
  const lowered = rows.map((row) => row.textContent.toLowerCase());
  let only = "", current = null, verdicts = {};
  try { verdicts = JSON.parse(localStorage.getItem(key) || "{}"); } catch (e) { verdicts = {}; }
  if (typeof verdicts !== "object" || verdicts === null) verdicts = {};

  function show() {
    const sought = search.value.trim().toLowerCase();
    const searching = sought !== "" || Boolean(doubtful && doubtful.checked);
    rows.forEach((row, k) => {
      row.hidden = (sought !== "" && !lowered[k].includes(sought)) || (doubtful && doubtful.checked && !row.classList.contains("doubt"));
    });
    groups.forEach((group) => {
      group.hidden = only !== "" && group.id !== only;
      if (searching || group.id === only) fold(group, false);
    });
    document.querySelectorAll(".tiles a").forEach((tile) => tile.setAttribute("aria-current", String(tile.hash === "#" + only)));
  }
  function fold(group, on) {
    group.classList.toggle("folded", on);
    const button = group.querySelector("h2 button");
    if (button) button.setAttribute("aria-expanded", String(!on));
  }
  groups.forEach((group) => {
    const heading = group.querySelector("h2"), button = document.createElement("button");
    button.type = "button"; button.append(...heading.childNodes); heading.append(button);
    button.addEventListener("click", () => fold(group, !group.classList.contains("folded")));
    fold(group, group.dataset.folded === "yes");
  });
  document.querySelectorAll(".tiles a").forEach((tile) => tile.addEventListener("click", (event) => {
    event.preventDefault();
    const wanted = tile.hash.slice(1);
    only = only === wanted ? "" : wanted;
    show(); window.scrollTo(0, 0);
  }));
  search.addEventListener("input", show);
  if (doubtful) doubtful.addEventListener("change", show);

  function shown() { return rows.filter((row) => row.offsetParent !== null); }
  function go(row) {
    if (current) current.classList.remove("here");
    current = row; row.classList.add("here"); row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }
  function step(by) {
    const list = shown();
    if (!list.length) return;
    const at = list.indexOf(current);
    go(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]);
  }
  rows.forEach((row) => { row.tabIndex = -1; row.addEventListener("click", () => {
    if (current) current.classList.remove("here");
    current = row; row.classList.add("here");
  }); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = event.target.closest("input, select, textarea");
    if (event.key === "Escape" && inside) { event.target.blur(); return; }
    if (inside) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (current && /^[0-9]$/.test(event.key)) {
      const select = current.querySelector("select");
      if (select && Number(event.key) < select.options.length) { select.selectedIndex = Number(event.key); keep(current); }
    }
  });

  function keep(row) {
    const verdict = row.querySelector("select").value, note = row.querySelector("textarea").value.trim();
    if (verdict || note) verdicts[row.id] = { verdict, note }; else delete verdicts[row.id];
    try { localStorage.setItem(key, JSON.stringify(verdicts)); } catch (e) { /* kept until the page is closed */ }
    count();
  }
  function count() {
    const decided = Object.values(verdicts).filter((v) => v.verdict).length;
    document.getElementById("decided").textContent = words.decided.replace("{}", String(decided));
  }
  const changes = rows.filter((row) => row.closest(".t-changes"));
  if (decides) changes.forEach((row) => {
    const select = document.createElement("select"), note = document.createElement("textarea"), was = verdicts[row.id];
    select.setAttribute("aria-label", words.verdict); note.setAttribute("aria-label", words.note); note.rows = 1;
    select.add(new Option("", ""));
    Object.entries(words.verdicts).forEach(([name, said], k) => select.add(new Option((k + 1) + " " + said, name)));
    row.cells[5].append(select, note);
    if (was) { select.value = was.verdict || ""; note.value = was.note || ""; }
    select.addEventListener("change", () => keep(row));
    note.addEventListener("change", () => keep(row));
  });
  if (decides) count();

  const quoted = (text) => JSON.stringify(String(text)).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  function plain(clause) {
    const copy = clause.cloneNode(true);
    copy.querySelectorAll("a").forEach((link) => link.remove());
    return copy.textContent.trim();
  }
  function decisions() {
    const lines = ["policydiff_decisions: 1"];
    for (const side of ["old", "new"]) lines.push(side + ": {name: " + quoted(body.dataset[side + "Name"]) + ", sha256: " + quoted(body.dataset[side]) + "}");
    const made = changes.filter((row) => verdicts[row.id] && verdicts[row.id].verdict);
    lines.push(made.length ? "decisions:" : "decisions: []");
    for (const row of made) {
      const one = verdicts[row.id];
      lines.push("- id: " + quoted(row.id.slice(2)), "  verdict: " + one.verdict);
      for (const side of ["old", "new"]) {
        let texts = Array.from(row.cells[side === "old" ? 1 : 2].querySelectorAll("p"), plain);
        if (texts.includes(words.same)) texts = Array.from(row.cells[1].querySelectorAll("p"), plain);
        if (texts.length) lines.push("  " + side + ":", ...texts.map((text) => "  - " + quoted(text)));
      }
      if (one.note) lines.push("  note: " + quoted(one.note));
    }
    return lines.join("\n") + "\n";
  }
  if (decides) document.getElementById("export").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([decisions()], { type: "text/yaml" }));
    link.download = words.file; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  function print(summary) {
    body.classList.toggle("print-summary", summary);
    window.print();
    body.classList.remove("print-summary");
  }
  if (decides) document.getElementById("print-summary").addEventListener("click", () => print(true));
  document.getElementById("print-all").addEventListener("click", () => print(false));

  const texts = Array.from(document.querySelectorAll(".text"));
  let moving = null;
  texts.forEach((text) => text.addEventListener("scroll", () => {
    if (moving && moving !== text) return;
    moving = text;
    const other = texts.find((t) => t !== text);
    if (other) other.scrollTop = text.scrollTop / Math.max(1, text.scrollHeight - text.clientHeight) * (other.scrollHeight - other.clientHeight);
    clearTimeout(text.timer);
    text.timer = setTimeout(() => { moving = null; }, 120);
  }));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.closest(".tiles")) return;
    const row = document.getElementById(link.hash.slice(1));
    if (!row) return;
    if (row.matches(".t-changes tbody tr")) {
      only = ""; search.value = ""; doubtful.checked = false; show();
      fold(row.closest(".group"), false); event.preventDefault(); go(row);
    } else if (row.closest(".text")) {
      moving = row.closest(".text"); setTimeout(() => { moving = null; }, 400);
    }
  });
  show();
}());
