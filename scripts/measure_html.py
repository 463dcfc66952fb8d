#!/usr/bin/env python3
"""Measure how much of an article is found on a page, and how much of what stands around it is let in.

    scripts/measure_html.py target/release/duikou [--show TEMPLATE]

Puts sample articles into 14 page templates after those of Chinese government, newspaper, portal and forum sites, runs
`duikou extract --emit-text` over the pages and counts characters: of the body those that came back, of the furniture
(menus, lists of other articles, footers, adverts, comments) those that came through. The furniture holds figures of
its own, so that a list of other articles would make facts. Exits with 1 when a template keeps less than 0.97 of the
body or lets in more than 0.02 of the furniture.
"""

import argparse
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ARTICLES = ["s01", "s02", "t01", "t05", "t09", "u03"]
MIN_BODY, MAX_FURNITURE = 0.97, 0.02

MENU = ["首页", "政务公开", "新闻中心", "政务服务", "互动交流", "数据开放", "走进我市", "领导之窗", "专题专栏", "网站地图"]
OTHER = [
    "全市上半年固定资产投资完成318亿元 同比增长12.4%", "市领导调研2300亩农田水利建设项目", "高新区新引进16家企业签约",
    "全市发放助学金560万元惠及3200名学生", "粤东西北地区振兴发展现场会召开", "今年计划新建改建农村公路420公里",
    "我市新增就业岗位1.8万个", "春运首日发送旅客21.6万人次", "第十届茶博会成交额突破6亿元", "8个重点项目集中开工 总投资95亿元",
]
SHARE = ["分享到微信", "分享到微博", "打印本页", "关闭窗口", "字体：大 中 小", "收藏"]
FOOTER = [
    "主办单位：某某市人民政府办公室 承办单位：某某市政务服务数据管理局", "粤ICP备05012345号-1 粤公网安备44010402000123号 网站标识码4401000001",
    "联系电话：020-88888888 技术支持：某某信息技术有限公司", "版权所有 未经授权禁止转载 建议使用1024×768分辨率浏览本站",
]
COMMENTS = ["网友1234：支持，希望多修几条路，我们村还有3公里泥路。", "网友abcd：去年捐了20万元，今年继续加油！", "楼上说得对，顶一下。"]
ADVERT = ["【广告】碧水湾花园盛大开盘 首付10万元起 热线400-123-4567", "扫描二维码关注我们的微信公众号，获取更多资讯"]


def links(words, item="<li><a href='/x/{n}.html'>{w}</a></li>"):
    return "".join(item.format(n=n, w=html.escape(w)) for n, w in enumerate(words))


def p(paragraphs, open_="<p>", close="</p>"):
    return "\n".join(f"{open_}{html.escape(line)}{close}" for line in paragraphs)


HEAD = "<meta http-equiv='Content-Type' content='text/html; charset={charset}'><title>{title}_{site}</title>"


def modern_article(a):
    return f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{a.title}-南方网</title>
<meta property="og:title" content="{a.title}"><meta property="article:published_time" content="{a.date}T08:30:00+08:00"></head><body>
<header><nav><ul>{links(MENU)}</ul></nav></header><main><article><h1>{a.title}</h1><div class="meta">{a.date} 08:30 来源：南方日报</div>
{p(a.body)}</article><aside><h3>热门新闻</h3><ul>{links(OTHER)}</ul></aside></main><footer>{p(FOOTER)}</footer></body></html>"""


def government_trs(a):
    return f"""<html><head>{HEAD.format(charset='gb2312', title=a.title, site='某某市人民政府门户网站')}
<meta name="ArticleTitle" content="{a.title}"><meta name="PubDate" content="{a.date} 10:22"><meta name="ContentSource" content="市扶贫办"></head><body>
<div class="top">{links(MENU, '<a href="/{n}">{w}</a> | ')}</div><div class="position">当前位置：<a href="/">首页</a> &gt; <a href="/zw">政务动态</a></div>
<div class="content"><h2 class="tit">{a.title}</h2><div class="info">发布时间：{a.date} 10:22　来源：市扶贫办　浏览次数：<span>123</span></div>
<div class="TRS_Editor"><style type="text/css">.TRS_Editor P{{line-height:2;}}</style>{p(a.body, '<p align="justify">　　')}</div>
<div class="share">{links(SHARE, '<a href="#">{w}</a> ')}</div><div class="xgxw"><h3>相关新闻</h3><ul>{links(OTHER)}</ul></div></div>
<div class="footer">{p(FOOTER)}</div></body></html>"""


def old_tables(a):
    text = "<br><br>\n".join("&nbsp;&nbsp;&nbsp;&nbsp;" + html.escape(line) for line in a.body)
    side = links(OTHER, "<tr><td>·<a href='{n}.htm'>{w}</a></td></tr>")
    return f"""<HTML><HEAD>{HEAD.format(charset='gb2312', title=a.title, site='某某新闻网')}</HEAD><BODY bgcolor=#ffffff>
<TABLE width=760 align=center><TR>{links(MENU, '<TD><A href="{n}.htm">{w}</A>')}</TABLE>
<TABLE width=760 align=center><TR><TD width=560 valign=top><TABLE width=100%><TR><TD align=center><B><FONT size=5>{a.title}</FONT></B>
<TR><TD align=center>{a.date} 某某日报<TR><TD class=zw><FONT size=3>{text}</FONT></TABLE>
<TD width=200 valign=top><TABLE><TR><TD>相关新闻{side}</TABLE></TABLE>
<TABLE width=760 align=center><TR><TD align=center>{'<BR>'.join(FOOTER)}</TABLE></BODY></HTML>"""


def div_soup(a):
    return f"""<!DOCTYPE html><html><head>{HEAD.format(charset='utf-8', title=a.title, site='某某网')}</head><body><div class="w1"><div class="a1">
{links(MENU, '<div><a href="/{n}">{w}</a></div>')}</div><div class="b1"><div class="b2"><div class="t">{a.title}</div><div class="s">{a.date}　记者 张三</div>
<div class="c">{p(a.body, '<div>', '</div>')}</div></div><div class="r">{links(OTHER, '<div><a href="/{n}">{w}</a></div>')}</div></div>
<div class="f">{p(FOOTER, '<div>', '</div>')}</div></div></body></html>"""


def wechat(a):
    section = "".join(f'<section style="margin:0 8px"><span style="font-size:15px;">{html.escape(line)}</span></section>' for line in a.body)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{a.title}"><meta property="og:article:author" content="帮扶之声"><title></title></head>
<body id="activity-detail"><div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content" class="rich_media_area_primary">
<h1 class="rich_media_title" id="activity-name">{a.title}</h1><div id="meta_content"><a href="#">帮扶之声</a> <em id="publish_time">{a.date}</em></div>
<div class="rich_media_content" id="js_content">{section}</div></div><div class="rich_media_tool">{p(ADVERT)}</div>
<div class="rich_media_area_extra">{links(OTHER, '<div class="relate_article"><a href="/{n}">{w}</a></div>')}</div></div></div></body></html>"""


def forum(a):
    replies = "".join(f'<div id="post_{n}" class="plhin"><div class="pi">{n + 2}楼</div><div class="t_fsz reply comment">{html.escape(line)}</div></div>' for n, line in enumerate(COMMENTS))
    text = "<br />\n<br />\n".join(html.escape(line) for line in a.body)
    return f"""<!DOCTYPE html><html><head><meta charset="gbk"><title>{a.title} - 某某论坛 - Powered by Discuz!</title></head><body>
<div id="hd">{links(MENU, '<a href="/{n}">{w}</a>')}</div><div id="postlist"><h1 class="ts"><span id="thread_subject">{a.title}</span></h1>
<div id="post_0"><div class="authi">发表于 {a.date} 09:12</div><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_1">{text}</td></tr></table></div></div>
{replies}</div><div id="ft">{p(FOOTER)}</div></body></html>"""


def portal_related_inside(a):
    middle = len(a.body) // 2
    related = f'<div class="related-news"><p>相关阅读：</p><ul>{links(OTHER[:5])}</ul></div>'
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{a.title}_新浪新闻</title><meta name="publishdate" content="{a.date}"></head><body>
<div class="nav">{links(MENU, '<a href="/{n}">{w}</a>')}</div><div class="main-content"><h1 class="main-title">{a.title}</h1><div class="date-source"><span>{a.date} 07:11</span> <a href="#">南方都市报</a></div>
<div class="article" id="artibody">{p(a.body[:middle], '<p>　　')}{related}{p(a.body[middle:], '<p>　　')}<p class="show_author">责任编辑：李四</p></div>
<div class="hot"><ul>{links(OTHER[5:])}</ul></div></div><div class="footer">{p(FOOTER)}</div></body></html>"""


def department_font(a):
    text = "".join(f'<p class="MsoNormal" style="text-indent:32pt"><span lang="EN-US"><font face="仿宋_GB2312">{html.escape(line)}</font></span><o:p></o:p></p>' for line in a.body)
    return f"""<html xmlns="http://www.w3.org/1999/xhtml"><head>{HEAD.format(charset='utf-8', title=a.title, site='广东省农业农村厅')}</head><body>
<div id="header"><ul>{links(MENU)}</ul></div><div id="main"><div id="left"><h4>栏目导航</h4><ul>{links(MENU[3:])}</ul></div><div id="right">
<div id="title">{a.title}</div><div id="time">时间：{a.date} 15:03:11　来源：本网</div><div id="zoom">{text}</div>
<div id="fujian"><p>附件：</p><a href="1.doc">1.对口帮扶项目一览表.doc</a></div><div id="btn">{links(SHARE, '<a>{w}</a> ')}</div></div></div>
<div id="footer">{p(FOOTER)}</div></body></html>"""


def mobile(a):
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{a.title}</title></head><body>
<div class="m-nav"><a href="/">返回首页</a> <a href="/app">打开客户端</a></div><div class="m-article"><h1>{a.title}</h1><p class="m-info">{a.date}</p>
<div class="m-content">{p(a.body)}</div></div><div class="m-ad">{p(ADVERT)}</div><div class="m-list"><h3>猜你喜欢</h3>{links(OTHER, '<dl><dt><a href="/{n}">{w}</a></dt><dd>12评论</dd></dl>')}</div>
<div class="m-comment"><h3>网友评论</h3>{p(COMMENTS)}</div></body></html>"""


def adverts_inside(a):
    body = []
    for n, line in enumerate(a.body):
        body.append(f"<p>{html.escape(line)}</p>")
        if n % 4 == 1 and n < 8:
            body.append(f'<div class="ad-box"><a href="http://ad.example/{n}">{html.escape(ADVERT[n // 4 % 2])}</a></div>')
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{a.title}|腾讯大粤网</title></head><body><div id="Head">{links(MENU, '<a href="/{n}">{w}</a>')}</div>
<div class="hd"><h1>{a.title}</h1><span class="a_time">{a.date} 06:50</span></div><div id="Cnt-Main-Article-QQ" class="bd">{''.join(body)}</div>
<div class="tags">标签：<a href="#">帮扶</a><a href="#">产业园</a></div><div class="recommend"><ul>{links(OTHER)}</ul></div><div id="Foot">{p(FOOTER)}</div></body></html>"""


def lines_and_breaks(a):
    text = "<br/>\n".join("　　" + html.escape(line) for line in a.body)
    return f"""<!DOCTYPE html><html><head><meta charset="gb18030"><title>{a.title}--人民网广东频道</title></head><body><div class="path"><a href="/">人民网</a>&gt;&gt;<a href="/gd">广东频道</a></div>
<div class="text_c"><h1>{a.title}</h1><p class="sou">{a.date}08:11&nbsp;&nbsp;来源：<a href="#">人民网-广东频道</a></p><div class="show_text">{text}</div><div class="edit">(责编：王五、赵六)</div></div>
<div class="rm_relevant"><h2>相关新闻</h2><ul>{links(OTHER)}</ul></div><div class="copyright">{p(FOOTER)}</div></body></html>"""


def digital_paper(a):
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{a.title}-某某日报数字报</title></head><body><table><tr><td class="left">
<div class="bmdh"><b>本版标题导航</b><ul>{links(OTHER)}</ul></div><div class="bmml">{links(['第A01版：要闻', '第A02版：时政', '第A03版：广告', '第A04版：区域'], '<div><a href="/{n}">{w}</a></div>')}</div></td>
<td class="right"><div class="ban">某某日报 {a.date} 第A02版</div><div class="title"><founder-title>{a.title}</founder-title></div><founder-content>
<!--enpcontent--><div id="ozoom">{p(a.body)}</div><!--/enpcontent--></founder-content><div class="pre"><a href="#">上一篇</a> <a href="#">下一篇</a></div></td></tr></table>
<div>{p(FOOTER)}</div></body></html>"""


def portal_container(a):
    nav = links(MENU, '<li class="nav-item"><a href="/{n}">{w}</a></li>')
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{a.title}_政务动态_某某市人民政府</title><meta name="ArticleTitle" content="{a.title}"><meta name="PubDate" content="{a.date}">
<script>var _ucap = {{"siteId": "4401", "amount": "100万元"}};</script><style>.x{{color:red}}</style></head><body><div class="container"><ul class="nav">{nav}</ul><div class="crumb">您所在的位置：首页 &gt; 要闻</div>
<div class="article"><h1 class="article-title">{a.title}</h1><div class="article-meta">日期：{a.date} 来源：某某发布 【字体：大 中 小】</div><div class="article-content">{p(a.body, '<p style="text-indent: 2em;"><span style="font-family: 宋体;">', '</span></p>')}</div>
<div class="qrcode"><p>扫一扫在手机打开当前页</p></div></div><div class="related"><div class="related-title">相关文章</div>{links(OTHER, '<p><a href="/{n}">{w}</a><span>2015-01-01</span></p>')}</div>
<div class="foot">{p(FOOTER)}</div></div></body></html>"""


def list_in_one_cell(a):
    text = "".join(f"<p>　　{html.escape(line)}</p>" for line in a.body)
    more = "".join(f"<p>·<a href='{n}.html'>{html.escape(w)}</a></p>" for n, w in enumerate(OTHER))
    return f"""<html><head>{HEAD.format(charset='gbk', title=a.title, site='某某县信息网')}</head><body><center><table width=900><tr><td>{links(MENU, '<a href="{n}.html">{w}</a>&nbsp;')}</td></tr>
<tr><td><h3>{a.title}</h3><p align=center>来源：县扶贫办　日期：{a.date}</p>{text}<p><b>相关链接</b></p>{more}</td></tr><tr><td>{'<br>'.join(FOOTER)}</td></tr></table></center></body></html>"""


TEMPLATES = {
    function.__name__: (function, encoding)
    for function, encoding in [
        (modern_article, "utf-8"), (government_trs, "gb18030"), (old_tables, "gb18030"), (div_soup, "utf-8"), (wechat, "utf-8"),
        (forum, "gb18030"), (portal_related_inside, "utf-8"), (department_font, "utf-8"), (mobile, "utf-8"), (adverts_inside, "utf-8"),
        (lines_and_breaks, "gb18030"), (digital_paper, "utf-8"), (portal_container, "utf-8"), (list_in_one_cell, "gb18030"),
    ]
}


class Article:
    """A sample article: its headline, its date, and its paragraphs of prose."""

    def __init__(self, name):
        lines = (ROOT / "corpora" / "text" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        lines = [line.strip() for line in lines if line.strip()]
        self.body = [line for line in lines if len(line) >= 40 and "。" in line]
        self.title = next((line for line in lines if 8 <= len(line) <= 34 and ">" not in line), lines[0])[:34]
        self.date = "2015-08-20"


def squeezed(text):
    return re.sub(r"\s+", "", text)


def kept(pieces, text):
    """Characters of the pieces, and those of them that stand in the text, piece by piece."""
    whole = sum(len(piece) for piece in pieces)
    return whole, sum(len(piece) for piece in pieces if piece in text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / "target" / "release" / "duikou"))
    parser.add_argument("--show", metavar="TEMPLATE", help="print the text found on the first page of a template")
    arguments = parser.parse_args()
    articles = [Article(name) for name in ARTICLES]
    furniture = [squeezed(piece) for piece in MENU[1:] + OTHER + SHARE + FOOTER + COMMENTS + ADVERT]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, (template, encoding) in TEMPLATES.items():
            for number, article in enumerate(articles):
                (folder / f"{name}-{number}.html").write_bytes(template(article).encode(encoding))
        call = [arguments.program, "extract", str(folder), "-q", "-o", str(folder / "x.jsonl"), "--emit-text", str(folder / "t.jsonl")]
        subprocess.run(call, check=False)
        found = {}
        for line in (folder / "t.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[pathlib.Path(row["id"]).stem] = row
        print(f"{'template':24} {'body kept':>9} {'furniture':>9}  title  date")
        for name, (template, _) in TEMPLATES.items():
            body = [0, 0]
            around = [0, 0]
            titles = dates = 0
            for number, article in enumerate(articles):
                row = found.get(f"{name}-{number}", {"text": "", "title": None, "date": None})
                text = squeezed(row["text"])
                page = squeezed(html.unescape(re.sub(r"<[^>]+>", "", template(article))))
                for sums, pieces in [(body, map(squeezed, article.body)), (around, [piece for piece in furniture if piece in page])]:
                    whole, part = kept(list(pieces), text)
                    sums[0] += whole
                    sums[1] += part
                titles += squeezed(row["title"] or "") == squeezed(article.title)
                dates += row["date"] == article.date
                if arguments.show == name and number == 0:
                    print(row["text"])
            body, around = body[1] / body[0], around[1] / around[0]
            bad = body < MIN_BODY or around > MAX_FURNITURE
            faults += bad
            print(f"{name:24} {body:9.3f} {around:9.3f}  {titles}/{len(articles)}    {dates}/{len(articles)}{'   <--' if bad else ''}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
