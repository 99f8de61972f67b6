"""HTML and Markdown to the text that a reader sees."""

from __future__ import annotations

import pytest

from policydiff.reading.html import text_of_html
from policydiff.reading.markdown import text_of_markdown
from policydiff.reading.page import Page


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>一、<b>稳</b>增长</p><p>二、</p>", "一、稳增长\n二、"),
        ("<p>一<p>二<div>三</div>四", "一\n二\n三\n四"),
        ("甲<br>乙<br/>丙", "甲\n乙\n丙"),
        ("<h1>报告</h1><ul><li>一<li>二</ul>", "报告\n一\n二"),
        ("a  b\n\t c", "a b c"),
        ("加快\n推进，\n“十\n五”", "加快推进，“十五”"),
        ("GDP\n6%", "GDP 6%"),
        ("茶园1.2\n万亩，完成\n80%\n以上", "茶园1.2万亩，完成80%以上"),
        ("重点任务\n1.新建公厕\n2、修路 8\n km", "重点任务 1.新建公厕 2、修路 8 km"),
        ("&#19968;&#12289;&#19978;\n&#24037;&#20316;8&#23478;", "一、上\n工作8家"),
        ("<p>&#19968;&#12289;&#19978;\n&#24037;", "一、上工"),
        ("&nbsp;&nbsp;一&nbsp;二&#12289;&amp;&lt;&#x4e00;", "一 二、&<一"),
        ("<p>　　缩进</p>", "　　缩进"),
        ("PM2.5<35，x < y", "PM2.5<35，x < y"),
        ("注<sup>[1]</sup>H<sub>2</sub>O", "注[1]H2O"),
        ("<head><title>网站</title><style>p{}</style></head><body>正文", "正文"),
        ("<script>if (a<b) '</p>'</script>文<SCRIPT src=a></SCRIPT >字", "文字"),
        ("<script><!-- x </script>文", "文"),
        ("文<script>x", "文"),
        ("文<!-- a --><!-->字<!--->后<!-- 未完", "文字后"),
        ("<![if !supportLists]>一、<![endif]>文", "一、文"),
        ("<noscript><p>请启用</p></noscript><template><p>x</p></template>文", "文"),
        ("<p hidden>藏</p><p style='color:red; DISPLAY : none'>藏<b>藏</b></p>见", "见"),
        ("<p hidden>藏<p>见", "见"),
        ("<div hidden><div>藏</div>藏</div>见", "见"),
        ("<table><tr><td hidden>藏<td>见</table>后", "见\n后"),
        ("<br hidden>见<img hidden>见", "见见"),
        ("<ruby>统<rp>(</rp><rt>tǒng</rt><rp>)</rp></ruby>一", "统一"),
        ("<pre>一\n二  三</pre>四\n五", "一\n二 三\n四五"),
        ("&#" + "9" * 5000 + ";文", "\ufffd文"),
        ("文<a href='x", "文<a href='x"),
        ("</p></div>文</table></td></tr>", "文"),
    ],
)
def test_html(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<table><tr><th>指标<th>目标<tr><td>增长<td>6%</table>后", "指标\t目标\n增长\t6%\n后"),
        (
            "<table><tr><td><p>指标</p></td><td>\n<p>目标</p></td></tr></table>",
            "指标\t目标",
        ),
        ("<table><tr><td>栏<td><p>一<p>二</table>", "栏\n一\n二"),
        (
            "<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></td></tr></table>尾",
            "a\tb\nc\td\n尾",
        ),
        ("<table>散<td>a<td>b</tr><td>c</table>", "散\na\tb\nc"),
        ("<tr><td>a<td>b", "a\nb"),
        ("<table><tr><td><td>a<td> <td>b</table>", "a\tb"),
    ],
)
def test_html_tables(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


#: Far more levels than Python lets functions call themselves.
DEEP = 20_000


@pytest.mark.parametrize("tag", ["div", "b", "p", "li", "table", "pre", "section hidden"])
def test_deep_nesting(tag: str) -> None:
    shown = "" if "hidden" in tag else "文"
    assert text_of_html(f"<{tag}>" * DEEP + "文") == shown
    closing = f"</{tag.split()[0]}>" * DEEP
    assert text_of_html(f"<{tag}>" * DEEP + "文" + closing) == shown


def test_deeply_nested_tables_keep_their_text() -> None:
    rows = "<table><tr><td>文" * 1000
    assert text_of_html(rows + "</table>" * 1000).replace("\t", "\n").split("\n") == ["文"] * 1000


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", '<a b="', "<!--", "<![", "<?", "</", "&", "&#", "<script>", "<p hidden>", " \n"],
)
def test_long_broken_html_is_read(piece: str) -> None:
    assert isinstance(text_of_html(piece * 100_000 + ">"), str)


def test_page_ignores_calls_outside_rows() -> None:
    page = Page()
    page.open_cell()
    page.close_row()
    page.write("文")
    page.open_row()
    page.write("字")
    assert page.text() == "文\n字"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("# 报告\n\n##\t一、工作 ##\n###### 二", "报告\n\n一、工作\n二"),
        ("#1机组投产", "#1机组投产"),
        ("**一是** 加快。**二是**推进。", "一是 加快。二是推进。"),
        ("- **目标**：6%\n* 甲\n  + 乙", "目标：6%\n甲\n乙"),
        ("1. 甲\n2) 乙\n1\\. 丙", "1. 甲\n2) 乙\n1. 丙"),
        ("> 引\n> > 文", "引\n文"),
        ("推动**高质量发展。**加快", "推动**高质量发展。**加快"),
        ("**高质量发展。**加快", "高质量发展。加快"),
        ("***重点***：*斜* _下_ __粗__ ~~删~~留", "重点：斜 下 粗 留"),
        ('见[附件](a.html "题")和![图](b.png)<https://a.cn>', "见附件和https://a.cn"),
        ("国发[2018]5号，[注]: 说明", "国发[2018]5号，[注]: 说明"),
        ("`代码`与``a ` b``", "代码与``a ` b``"),
        ("```\n# 不是标题 **x**\n```\n后", "# 不是标题 **x**\n后"),
        ("上\n---\n***\n* * *\n下\n===", "上\n下"),
        ("甲\\*乙\\*，\\# 题", "甲*乙*，# 题"),
        ("| 指标 | 目标 |\n|---|:--:|\n| 增长 | 6% |", "指标\t目标\n增长\t6%"),
        ("指标 | 目标\n--- | ---\n增长 | 6%\n后|面", "指标\t目标\n增长\t6%\n后\t面"),
        ("甲 | 乙\n丙 | 丁", "甲 | 乙\n丙 | 丁"),
        ("a<br>b<sup>2</sup>，x<y 且 z>w，&lt;&nbsp;&amp", "a\nb2，x<y 且 z>w，< &amp"),
        ("a_b_c 5*6*7 ____ 8~9", "a_b_c 5*6*7 ____ 8~9"),
        ("----\n工作", "工作"),
        ("　　缩进", "　　缩进"),
        ("", ""),
    ],
)
def test_markdown(markup: str, text: str) -> None:
    assert text_of_markdown(markup) == text


@pytest.mark.parametrize(
    "line",
    [
        "新增**家",
        "新增**家，培育**家",
        "新增企业**家、项目**个，投资**亿元",
        "完成投资***亿元，增长**%",
        "其中，**家企业投资**亿元；**个项目",
        "（**家企业，增长**%）",
        "增长*%，达到*亿元",
        "粮食* 耕地*",
    ],
)
def test_masked_numbers_survive(line: str) -> None:
    assert text_of_markdown(line) == line
    assert text_of_markdown("- " + line + "\n新增**户") == line + "\n新增**户"


def test_where_numbers_are_masked_only_sure_pairs_are_emphasis() -> None:
    text = "**（一）稳增长。** 加快。\n新增**家。\n**家企业，新建**个"
    assert text_of_markdown(text) == "（一）稳增长。 加快。\n新增**家。\n**家企业，新建**个"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("---\ntitle: 报告\ntags:\n  - a\n- b\n\n---\n正文", "正文"),
        ("---\ntitle: 报告\n...\n正文", "正文"),
        ("---\n正文\n---\n后", "正文\n后"),
        ("---\ntitle: 报告\n正文", "title: 报告\n正文"),
        ("---\ntitle: 报告\n一、正文\n---\n", "title: 报告\n一、正文\n"),
        ("---\n# 报告\n---\n后", "报告\n后"),
    ],
)
def test_front_matter(markup: str, text: str) -> None:
    assert text_of_markdown(markup) == text


@pytest.mark.parametrize("piece", ["*", "**a", "_", "[", "[a](", "`", "> ", "- ", "<a ", "|", "\\"])
def test_long_broken_markdown_is_read(piece: str) -> None:
    assert isinstance(text_of_markdown(piece * 100_000), str)
