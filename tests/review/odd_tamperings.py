"""More of TAMPERINGS: what a page loads and runs by itself, words that only some meet, and what parsers read alike.

The last kind is read by Python as it was, and by browsers otherwise.
"""

import re
import struct
import zlib

from tests.review.tamperings import CLOSED, PARAGRAPH, TAMPERINGS, Copy, NotHere, put, swap, tampering

LOADING, SEEN_BY_SOME = "what a page loads or runs by itself", "words and styles that only some meet"
TOLD, ALIKE = "feeds, lists of pages, data about data", "what parsers read alike and browsers do not"
AWAY, FRAUD = "https://evil.example/", "It was a fraud"
OPEN, END = r"<(p|section|figure|h2)(?=[ >])", "</style>"
IN_DRAWING, OF_DATA = "</svg>", ".csv-metadata.json"

TAMPERINGS[LOADING] = {
    "refresh with a pause": put("<title>", f'<meta http-equiv=refresh content="3600; {AWAY}">'),
    "refresh in capitals": put("<title>", f"<META HTTP-EQUIV=REFRESH CONTENT='1;URL={AWAY}'>"),
    "refresh in the text": put(PARAGRAPH, f'<meta http-equiv="refresh" content="9;{AWAY}">'),
    "refresh of itself": put("<title>", '<meta http-equiv="refresh" content="1">'),
    "target of all links": put("<title>", '<base target="_top">'),
    "base address in the text": put(PARAGRAPH, f'<base href="{AWAY}">'),
    "second policy": put("<title>", '<meta http-equiv="Content-Security-Policy" content="img-src *">'),
    "policy after the style": swap(
        ".html", r'(<meta http-equiv="Content-Security-Policy"[^>]*>)(.*?)(</head>)', r"\2\1\3"
    ),
    "origin in a policy": swap(".html", "img-src 'self'", f"img-src 'self' {AWAY}"),
    "hash in a policy": swap(".html", r"'sha256-\w{4}", "'sha256-AAAA"),
    "scripts allowed by a hash": swap(".html", "base-uri 'none'", "script-src 'unsafe-hashes'; base-uri 'none'"),
    "cookie": put("<title>", '<meta http-equiv="set-cookie" content="a=b">'),
    "origin trial": put("<title>", '<meta http-equiv="origin-trial" content="AAAA">'),
    "clients' hints": put("<title>", f'<meta http-equiv="delegate-ch" content="sec-ch-ua {AWAY}">'),
    "referrer told": put("<title>", '<meta name="referrer" content="unsafe-url">'),
    "manifest of an app": put("</head>", '<link rel="manifest" href="app.json">'),
    "module loaded": put("</head>", f'<link rel="modulepreload" href="{AWAY}">'),
    "page fetched in advance": put("</head>", f'<link rel="prerender" href="{AWAY}">'),
    "name looked up": put("</head>", f'<link rel="dns-prefetch" href="{AWAY}">'),
    "speculation": put("</head>", '<script type="speculationrules">{"prefetch":[]}</script>'),
    "map of imports": put("</head>", '<script type="importmap">{}</script>'),
    "other page for phones": put("</head>", f'<link rel="alternate" media="handheld" href="{AWAY}">'),
    "other page by language": put("</head>", f'<link rel="alternate" hreflang="de" href="{AWAY}">'),
    "page for phones": put("</head>", f'<link rel="amphtml" href="{AWAY}">'),
    "page before and after": put("</head>", f'<link rel="next" href="{AWAY}">'),
    "owner": put("</head>", f'<link rel="me" href="{AWAY}">'),
    "mention": put("</head>", f'<link rel="pingback" href="{AWAY}">'),
    "service worker": put(CLOSED, "<script>navigator.serviceWorker.register('a.js')</script>"),
    "module of a page": put(CLOSED, '<script type="module" src="a.mjs"></script>'),
    "script for old browsers": put(CLOSED, '<script nomodule src="a.js"></script>'),
    "frame of a text": put(PARAGRAPH, '<iframe srcdoc="&lt;p&gt;a&lt;/p&gt;"></iframe>'),
    "frame without a border": put(PARAGRAPH, f'<iframe src="{AWAY}" width=0 height=0></iframe>'),
    "frame allowed more": swap(".html", "<iframe ", '<iframe sandbox="allow-top-navigation" '),
    "object": put(PARAGRAPH, f'<object data="{AWAY}"></object>'),
    "embedded": put(PARAGRAPH, f'<embed src="{AWAY}">'),
    "video": put(PARAGRAPH, f'<video src="{AWAY}" autoplay></video>'),
    "poster": put(PARAGRAPH, f'<video poster="{AWAY}"></video>'),
    "sound": put(PARAGRAPH, f'<audio src="{AWAY}" autoplay></audio>'),
    "captions": put(PARAGRAPH, f'<video><track src="{AWAY}" default></video>'),
    "portal": put(PARAGRAPH, f'<portal src="{AWAY}"></portal>'),
    "map of a picture": put(PARAGRAPH, f'<map name="a"><area shape="default" href="{AWAY}"></map>'),
    "map used": swap(".html", "<img ", '<img usemap="#a" '),
    "set of pictures": swap(".html", "<img ", f'<img srcset="{AWAY} 2x" '),
    "other picture on phones": swap(
        ".html", r"<img [^>]*>", rf'<picture><source media="(max-width:600px)" srcset="{AWAY}">\g<0></picture>'
    ),
    "picture loaded late": swap(".html", "<img ", '<img loading="lazy" '),
    "picture told of": swap(".html", "<img ", '<img crossorigin="use-credentials" '),
    "ping of a link": swap(".html", r"<a (?=[^>]*href)", f'<a ping="{AWAY}" '),
    "link as a download": swap(".html", r"<a (?=[^>]*href)", '<a download="a.exe" '),
    "link's title": swap(".html", r"<a (?=[^>]*href)", f'<a title="{FRAUD}" '),
    "button of a form": put(PARAGRAPH, f'<button formaction="{AWAY}">a</button>'),
    "field": put(PARAGRAPH, '<input name="a" value="b">'),
    "dialogue": put(PARAGRAPH, f"<dialog open>{FRAUD}</dialog>"),
    "handler without a value": swap(".html", OPEN, r"<\1 onload"),
    "handler of a drawing": swap(".html", "<svg ", '<svg onload="alert(1)" '),
    "handler in capitals": swap(".html", OPEN, r"<\1 ONCLICK=alert(1)"),
    "drawing used": put(IN_DRAWING, f'<use href="{AWAY}#a"/>', ".svg"),
    "drawing used by an old name": put(
        IN_DRAWING, f'<use xlink:href="{AWAY}#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>', ".svg"
    ),
    "drawing used in a page": put(IN_DRAWING, f'<use href="{AWAY}#a"/>'),
    "link over a drawing": put(IN_DRAWING, f'<a href="{AWAY}"><rect width="999" height="999"/></a>', ".svg"),
    "movement": put(IN_DRAWING, '<animate attributeName="opacity" to="0" dur="9s"/>', ".svg"),
    "movement in a page": put(IN_DRAWING, '<set attributeName="href" to="javascript:alert(1)"/>'),
    "turning": put(IN_DRAWING, '<animateTransform attributeName="transform" type="rotate" to="9"/>', ".svg"),
    "mask": put(IN_DRAWING, '<mask id="m"><rect width="9" height="9"/></mask>', ".svg"),
    "filter": put(IN_DRAWING, f'<filter id="f"><feImage href="{AWAY}"/></filter>', ".svg"),
    "cut off": swap(".svg", "<path ", '<path clip-path="inset(50%)" '),
    "paint from elsewhere": swap(".svg", r'fill="#\w+"', f'fill="url({AWAY}#a)"'),
    "style of a drawing's elements": swap(".svg", "<path ", '<path style="d:path(&quot;M0,0h9&quot;)" '),
    "class of a drawing's elements": swap(".svg", "<path ", '<path class="a" '),
    "marks scaled": swap(".svg", "<g ", '<g style="scale:2" '),
    "name space of a drawing": swap(".svg", 'xmlns="http://www.w3.org/2000/svg"', 'xmlns="http://www.w3.org/2000/SVG"'),
    "switch by language": put(IN_DRAWING, '<switch><text systemLanguage="de">a</text></switch>', ".svg"),
}
TAMPERINGS[SEEN_BY_SOME] = {
    "words of no size": put(PARAGRAPH, f'<p style="font-size:0">{FRAUD}</p>'),
    "words of the paper's colour": put(PARAGRAPH, f'<p style="color:#fff">{FRAUD}</p>'),
    "words beside the screen": put(PARAGRAPH, f'<p style="position:absolute;left:-999em">{FRAUD}</p>'),
    "words for ears": put(PARAGRAPH, f'<p class="unseen">{FRAUD}</p>'),
    "words not for ears": put(PARAGRAPH, f"<p aria-hidden=true>{FRAUD}</p>"),
    "words in a folded part": put(PARAGRAPH, f"<details><summary>a</summary>{FRAUD}</details>"),
    "part unfolded": swap(".html", "<details(?=[ >])", "<details open"),
    "words without scripts": put(PARAGRAPH, f"<noscript>{FRAUD}</noscript>"),
    "words in a shadow": put(PARAGRAPH, f"<div><template shadowrootmode=open>{FRAUD}</template></div>"),
    "words above words": put(PARAGRAPH, f"<p><ruby>a<rt>{FRAUD}</rt></ruby></p>"),
    "words of a field": put(PARAGRAPH, f'<input placeholder="{FRAUD}">'),
    "words in a drawing's title": put(IN_DRAWING, f"<title>{FRAUD}</title>", ".svg"),
    "words in a drawing's description": put(IN_DRAWING, f"<desc>{FRAUD}</desc>", ".svg"),
    "words in data of a drawing": put(IN_DRAWING, f"<metadata>{FRAUD}</metadata>", ".svg"),
    "title of an element": swap(".html", OPEN, rf'<\1 title="{FRAUD}"'),
    "words described elsewhere": swap(".html", OPEN, r'<\1 aria-describedby="limits"'),
    "words named elsewhere": swap(".html", OPEN, r'<\1 aria-labelledby="limits"'),
    "live region": swap(".html", OPEN, r'<\1 role="alert"'),
    "language of a part": swap(".html", OPEN, r'<\1 lang="de"'),
    "direction of a part": swap(".html", OPEN, r'<\1 dir="auto"'),
    "not translated": swap(".html", OPEN, r'<\1 translate="no"'),
    "editable": swap(".html", OPEN, r"<\1 contenteditable"),
    "inert": swap(".html", OPEN, r"<\1 inert"),
    "item of data": swap(".html", OPEN, r'<\1 itemscope itemtype="https://schema.org/ClaimReview"'),
    "words reversed": swap(".html", r"(?<=>)(\w{4,})(?=[ <])", r"<bdo dir=rtl>\1</bdo>"),
    "break in a word": swap(".html", r"(?<=>)(\w\w)(\w{3,})(?=[ <])", r"\1<wbr>\2"),
    "soft hyphen": swap(".html", r"(?<=>)(\w\w)(\w{3,})(?=[ <])", "\\1\u00ad\\2"),
    "soft hyphen by its name": swap(".html", r"(?<=>)(\w\w)(\w{3,})(?=[ <])", r"\1&shy;\2"),
    "letter of another script": swap(".html", r"(?<=>)(\w+)a(\w+)(?=[ <])", "\\1\u0430\\2"),
    "space that does not break": swap(".html", r"(?<=>)([A-Z]\w+) (\w+)(?=[ <])", "\\1\u00a0\\2"),
    "accent that combines": swap(".html", r"(?<=>)(\w{3,})(?=[ <])", "\\1\u0338"),
    "word struck out": swap(".html", r"(?<=>)(\w{4,})(?=[ <])", r"<s>\1</s>"),
    "word inserted": swap(".html", r"(?<=>)(\w{4,})(?=[ <])", r"<ins>not</ins> \1"),
    "minus before a number": swap(".html", r"(?<=>)(\d)", r"−\1"),
    "raised digits": swap(".html", r"(?<=>)(\d)", r"\1<sup>2</sup>"),
    "number of another script": swap(".html", r"(?<=>)\d", "\u0663"),
    "thousands": swap(".html", r"(?<=>)(\d+)(?=[ <])", r"\1,000"),
    "width of a cell": swap(".html", "<t([dh])(?=[ >])", r"<t\1 colspan=2"),
    "cell of another head": swap(".html", "<td(?=[ >])", '<td headers="a"'),
    "hidden on paper": put(END, "@media print{.finding{display:none}}"),
    "words on paper": put(END, f'@media print{{main::after{{content:"{FRAUD}"}}}}'),
    "page on paper": put(END, "@page{size:1cm}"),
    "hidden in the dark": put(END, "@media (prefers-color-scheme:dark){p{opacity:0}}"),
    "hidden on phones": put(END, "@media (max-width:500px){.limits{display:none}}"),
    "digits drawn otherwise": put(END, "body{font-feature-settings:'zero'}"),
    "letters of a font's range": swap(".html", r"@font-face\{", "@font-face{unicode-range:U+33;"),
    "font of the machine": swap(".html", r"src:url\(", "src:local(Wingdings),url("),
    "counted by style": put(END, "li{counter-increment:a;}li::marker{content:counter(a)}"),
    "letters turned": put(END, ".n{transform:scaleX(-1)}"),
    "style beside the page": swap(".css", r"$(?![\n])", "@media print{p{display:none}}"),
    "layer of style": swap(".css", r"^", "@layer a,b;"),
    "condition of a style sheet": swap(".html", r'<link rel="?stylesheet"?', '<link media="print" rel="stylesheet"'),
    "style sheet switched off": swap(".html", r'<link rel="?stylesheet"?', '<link disabled rel="stylesheet"'),
    "style sheet of choice": swap(".html", r'<link rel="?stylesheet"?', '<link rel="alternate stylesheet" title="a"'),
    "title of the site": swap(".html", r'(property="og:site_name" content=")[^"]*', r"\1Another desk"),
    "words beside a picture": swap(".html", r'(name="twitter:image:alt" content=")[^"]*', rf"\1{FRAUD}"),
    "size of a picture": swap(".html", r'(property="og:image:width" content=")\d+', r"\g<1>1"),
    "picture that is shared": swap(".html", r'(property="og:image" content=")[^"]*', r"\1https://desk.example/a.png"),
    "kind of a card": swap(".html", r'(name="twitter:card" content=")[^"]*', r"\1player"),
    "second title that is shared": put("<title>", f'<meta property="og:title" content="{FRAUD}">'),
    "video that is shared": put("<title>", f'<meta property="og:video" content="{AWAY}">'),
    "author": put("<title>", '<meta name="author" content="Nobody">'),
    "colour of the browser": put("<title>", '<meta name="theme-color" content="#fff">'),
    "charset": swap(".html", r'<meta charset="?utf-8"?>', '<meta charset="utf-16">'),
    "no charset": swap(".html", r'<meta charset="?utf-8"?>', ""),
    "width of a phone": swap(".html", "width=device-width", "width=9000"),
    "search engines kept away": put("<title>", '<meta name="googlebot" content="none">'),
    "state of a choice": swap(".html", r"<input (?=[^>]*type=\"?radio)", "<input disabled "),
    "words of an annex": swap("-interactive.html", r"(?<=>)[A-Za-z][a-z]{3,}(?= )", "Never"),
    "words of an embedded chart": swap("charts/by-borough.html", r"(?<=>)[A-Za-z][a-z]{3,}(?= )", "Never"),
}
QUANTITY = '"type":"quantitative"'
LD = '<script type="application/ld\\+json">'
TAMPERINGS[TOLD] = {
    "feed: entry removed": swap(".xml", r"<entry>.*?</entry>\n?", ""),
    "feed: entry twice": swap(".xml", r"<entry>.*?</entry>\n?", lambda found: found[0] * 2),
    "feed: entry of its own": put("</feed>", f"<entry><title>{FRAUD}</title></entry>", ".xml"),
    "feed: date": swap(".xml", r"<updated>\d{4}", "<updated>1999"),
    "feed: summary": swap(".xml", r"<summary>[^<]*", f"<summary>{FRAUD}"),
    "feed: words as markup": swap(".xml", r"<(title|summary)>", r'<\1 type="html">'),
    "feed: author": swap(".xml", r"<name>[^<]*", "<name>Nobody"),
    "feed: id": swap(".xml", r"<id>https://desk", "<id>https://dusk"),
    "feed: itself": swap(".xml", r'rel="self"', 'rel="hub"'),
    "feed: file more": put("</entry>", f'<link rel="enclosure" href="{AWAY}"/>', ".xml"),
    "feed: other base": swap(".xml", r"<feed ", f'<feed xml:base="{AWAY}" '),
    "feed: entities": swap(".xml", r"\?>\n", '?>\n<!DOCTYPE feed [<!ENTITY a "b">]>\n'),
    "feed: style": swap(".xml", r"\?>\n", f'?>\n<?xml-stylesheet href="{AWAY}"?>\n'),
    "feed: order": swap(".xml", r"(<entry>.*?</entry>\n?)(<entry>.*?</entry>\n?)", r"\2\1"),
    "list of pages: page removed": swap("sitemap.xml", r"<url>.*?</url>\n?", ""),
    "list of pages: page more": put("</urlset>", f"<url><loc>{AWAY}</loc></url>", "sitemap.xml"),
    "list of pages: date": swap("sitemap.xml", r"</loc>", "</loc><lastmod>1999-01-01</lastmod>"),
    "list of pages: address": swap("sitemap.xml", r"<loc>https://desk", "<loc>https://dusk"),
    "robots": lambda copy: copy.write("robots.txt", "User-agent: *\nDisallow: /\n"),
    "security contact": lambda copy: copy.write("security.txt", "Contact: mailto:a@evil.example\n"),
    "rules of a server": lambda copy: copy.write("_headers", "/*\n  Link: </evil.js>; rel=preload\n"),
    "redirects of a server": lambda copy: copy.write("_redirects", f"/* {AWAY} 301\n"),
    "own domain": lambda copy: copy.write("CNAME", "evil.example"),
    "page not found": lambda copy: copy.write("404.html", FRAUD),
    "worker beside": lambda copy: copy.write("sw.js", "self.addEventListener('fetch', () => {})"),
    "icon beside": lambda copy: copy.write("favicon.ico", b"\0\0\1\0"),
    "file of another case": lambda copy: copy.write("INDEX.html", FRAUD),
    "file with a space": lambda copy: copy.write("mugs.html ", FRAUD),
    "file of another form of letters": lambda copy: copy.write("mu\u0301gs.html", FRAUD),
    "structured data: name": swap(".html", rf'({LD}.*?"name":")[^"]*', rf"\1{FRAUD}"),
    "structured data: date": swap(".html", rf"({LD}[^<]*?)\b\d{{4}}-", r"\g<1>1999-"),
    "structured data: address": swap(".html", rf"({LD}[^<]*?)https://", r"\1https://evil."),
    "structured data: type": swap(".html", rf'({LD}[^<]*?"@type":")', r"\1Opinion"),
    "structured data: key": swap(".html", rf"({LD}\{{)", r'\1"text":"a",'),
    "structured data: key twice": swap(".html", rf'({LD}\{{)("[^"]+":"[^"]*",)', r"\1\2\2"),
    "structured data: second": put("</head>", '<script type="application/ld+json">{}</script>'),
    "table: title": swap(OF_DATA, r'("dc:title":")[^"]*', rf"\1{FRAUD}"),
    "table: licence": swap(OF_DATA, r'("@id":")[^"]*', rf"\1{AWAY}"),
    "table: rights": swap(OF_DATA, r'("dc:rights":")[^"]*', r"\1none"),
    "table: type of a column": swap(OF_DATA, r'"datatype":"\w+"', '"datatype":"string"'),
    "table: unit of a column": swap(OF_DATA, r'("schema:unitText":")[^"]*', r"\1USD"),
    "table: words for nothing": swap(OF_DATA, r"\}$", ',"null":"0"}'),
    "table: how it is written": swap(OF_DATA, r"\}$", ',"dialect":{"delimiter":";"}}'),
    "table: its file": swap(OF_DATA, r'"url":"', '"url":"../../'),
    "table: column left out": swap(OF_DATA, r'\{"name":[^{}]*\},', ""),
    "table: columns exchanged": swap(OF_DATA, r'(\{"name":[^{}]*\}),(\{"name":[^{}]*\})', r"\2,\1"),
    "download: rows exchanged": swap(".csv", r"(?<=\n)([^\n]+\n)([^\n]+\n)", r"\2\1"),
    "download: line more": swap(".csv", r"$(?![\n])", f"{FRAUD}\n"),
    "download: line that is empty": swap(".csv", r"(?<=\n)(?=[^\n])", "\n"),
    "download: sign before all": swap(".csv", r"^", "\ufeff"),
    "download: other separator": swap(".csv", ",", ";"),
    "download: column more": swap(".csv", r"(?<=[^\n])\n", ",1\n"),
    "download: words for a formula": swap(".csv", r"(?<=\n)(?=\w)", "@"),
    "download: space": swap(".csv", ",", ", "),
    "download: exponent": swap(".csv", r"(\d)(?=[,\n])", r"\1e0"),
    "specification: filter": swap(".vl.json", r'"mark":', '"transform":[{"filter":"false"}],"mark":'),
    "specification: scale": swap(
        ".vl.json", r'"type":"quantitative"', '"type":"quantitative","scale":{"domain":[9,1]}'
    ),
    "specification: sum of other": swap(
        ".vl.json", r'"type":"quantitative"', '"type":"quantitative","aggregate":"max"'
    ),
    "specification: data elsewhere": swap(".vl.json", r'"data":\{', f'"data":{{"url":"{AWAY}",'),
    "specification: link": swap(".vl.json", r'"encoding":\{', f'"encoding":{{"href":{{"value":"{AWAY}"}},'),
    "specification: nothing": swap(".vl.json", r":\d+", ":null"),
    "specification: digits as words": swap(".vl.json", r":(\d+)", r':"\1"'),
    "specification: no number": swap(".vl.json", r":\d+", ":NaN"),
    "specification: key twice": swap(".vl.json", r'"mark":', '"mark":"rule","mark":'),
    "specification: rows exchanged": swap(".vl.json", r"(\{[^{}]*\}),(\{[^{}]*\})", r"\2,\1"),
    "specification: version": swap(".vl.json", r"vega-lite/v\d", "vega-lite/v1"),
    "specification: another form of letters": swap(".vl.json", r'"title":"(\w)', '"title":"\\1\u0301'),
}


def _joined(attribute: str, ending: str):
    """A number with a point in an attribute becomes two, of which one is too near a whole one to count."""
    return swap(
        ending,
        rf'(<[^>]* {attribute}=(?:"[^"]*?|[^"\s>]*?))(?<![\d.e])(\d+)(\.\d+)(?=[^\d.])',
        r"\g<1>\g<2>.0000000001\3",
    )


def _encoded(by):
    def change(copy: Copy) -> None:
        name = copy.any(copy.names(".html"))
        copy.write(name, by(copy.read(name)))

    return change


def _odd_style(copy: Copy) -> None:
    """A style in a tag that ends in a slash, which Python takes for markup and browsers for style."""
    copy.change(
        ".html",
        r"<style>([^<]*>[^<]*)</style>",
        lambda found: f"<style/>{found[1].replace('&', '&amp;').replace('>', '&gt;')}</style>",
    )


def _odd_script(copy: Copy) -> None:
    copy.change(
        ".html",
        r"<script>([^<]*)</script>",
        lambda found: f"<script/>{re.sub(r'[a-z]', lambda one: f'&#{ord(one[0])};', found[1], count=1)}</script>",
    )


TAMPERINGS[ALIKE] = {
    "two numbers in one: a path": _joined("d", ".svg"),
    "two numbers in one: a path of a page": _joined("d", ".html"),
    "two numbers in one: a frame": swap(".svg", r'viewBox="0 0 (\d+)', r'viewBox="0 0 \1.0000000001.5'),
    "style in an odd tag": _odd_style,
    "script in an odd tag": _odd_script,
    "style of capitals": swap(".html", r"<style>([^<]*)</style>", r"<STYLE/>\1&lt;</STYLE>"),
    "space of another script in a tag": swap(".html", r"<a href=", "<a\u3000href="),
    "tag with a slash": swap(".html", r"<a href=", "<a/href="),
    "end of a comment": put(PARAGRAPH, "<!--><p>a</p>-->"),
    "end of a comment with a mark": put(PARAGRAPH, "<!-- --!><p>a</p>-->"),
    "end tag with more": swap(".html", "</p>", "</p a>"),
    "reference without an end": swap(".html", r"(?<=>)([A-Z]\w+) (\w+)(?=[ <])", r"\1&copy\2"),
    "reference in an address": swap(".html", r'href="?(https?://[^"\s>]*)"?', r'href="\1?a=1&copy=2"'),
    "reference out of all signs": swap(".html", r"(?<=>)(\w\w)(\w+)(?=[ <])", r"\1&#xFFFFFF;\2"),
    "nothing in a word": swap(".html", r"(?<=>)(\w\w)(\w+)(?=[ <])", "\\1\0\\2"),
    "part of XML in a page": put(PARAGRAPH, "<![CDATA[a]]>"),
    "instruction in a page": put(PARAGRAPH, "<?a b?>"),
    "quirks": swap(".html", "<!doctype html>", "<!doctype html public 'a'>"),
    "no doctype": swap(".html", "<!doctype html>\n?", ""),
    "bytes of no text": lambda copy: copy.write(
        (name := copy.any(copy.names(".html"))), b"\xff" + copy.read(name).encode()
    ),
    "page in another encoding": lambda copy: copy.write(
        (name := copy.any(copy.names(".html"))), copy.read(name).encode("utf-16")
    ),
    "drawing in another encoding": swap(".svg", r"^", '<?xml version="1.0" encoding="iso-8859-1"?>'),
    "drawing with attributes by default": swap(
        ".svg", r"^", '<!DOCTYPE svg [<!ATTLIST path onload CDATA "alert(1)">]>'
    ),
    "drawing that keeps spaces": swap(".svg", "<text ", '<text xml:space="preserve" '),
    "drawing that is none": swap(".svg", "</svg>$", ""),
    "attribute twice": swap(".html", r"<a href=", '<a href="#a" href='),
    "attribute twice, second": swap(".html", r"(<a [^>]*)>", r'\1 href="#a">'),
    "meta twice": swap(".html", r'<meta name="twitter:card"', f'<meta content="{FRAUD}" name="twitter:card"'),
    "element left open": swap(".html", r"</section>", ""),
    "element ended before": put(PARAGRAPH, "</section>"),
    "packed script and more": swap("vega.js", r'(?m)^run\("[^"]+(?="\);$)', r"\g<0>~"),
    "packed script with other code": swap("vega.js", r'(?m)^run\("', 'run("!'),
    "line end in a script": swap("vega.js", r"\n", "\u2028"),
    "style with an end of line": swap(".css", r"\}", "}\r"),
}


def _chunks(content: bytes) -> list[bytes]:
    chunks, place = [], 8
    while place < len(content):
        length = struct.unpack(">I", content[place : place + 4])[0]
        chunks.append(content[place : place + 12 + length])
        place += 12 + length
    return chunks


def _packed(copy: Copy, change) -> None:
    """Another order of a picture's chunks, or others."""
    name = copy.any(copy.names(".png"))
    content = (copy.folder / name).read_bytes()
    copy.write(name, content[:8] + b"".join(change(_chunks(content))))


def _chunk(name: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))


def _halves(chunks: list[bytes]) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """What stands before a picture's pixels, these in two chunks, and what stands after."""
    pixels = b"".join(chunk[8:-4] for chunk in chunks if chunk[4:8] == b"IDAT")
    first = next(place for place, chunk in enumerate(chunks) if chunk[4:8] == b"IDAT")
    rest = [chunk for chunk in chunks[first:] if chunk[4:8] != b"IDAT"]
    half = len(pixels) // 2
    return chunks[:first], [_chunk(b"IDAT", pixels[:half]), _chunk(b"IDAT", pixels[half:])], rest


@tampering(ALIKE)
def picture_ends_before_its_pixels(copy: Copy) -> None:
    def change(chunks):
        before, (one, other), rest = _halves(chunks)
        return [*before, one, *rest, other]

    _packed(copy, change)


@tampering(ALIKE)
def picture_with_no_end(copy: Copy) -> None:
    _packed(copy, lambda chunks: chunks[:-1])


@tampering(ALIKE)
def picture_with_chunks_of_another_order(copy: Copy) -> None:
    def change(chunks):
        before, pixels, rest = _halves(chunks)
        if len(before) < 2:
            raise NotHere
        return [before[0], pixels[0], *before[1:], pixels[1], *rest]

    _packed(copy, change)


@tampering(ALIKE)
def picture_that_moves(copy: Copy) -> None:
    def change(chunks):
        before, pixels, rest = _halves(chunks)
        return [*before, _chunk(b"acTL", struct.pack(">II", 1, 0)), *pixels, *rest]

    _packed(copy, change)


@tampering(ALIKE)
def picture_with_brightness(copy: Copy) -> None:
    def change(chunks):
        before, pixels, rest = _halves(chunks)
        return [*before, _chunk(b"gAMA", struct.pack(">I", 1)), *pixels, *rest]

    _packed(copy, change)


@tampering(ALIKE)
def picture_of_fewer_rows(copy: Copy) -> None:
    """The last row of a picture's pixels is missing."""

    def change(chunks):
        before, pixels, rest = _halves(chunks)
        rows = zlib.decompress(b"".join(chunk[8:-4] for chunk in pixels))
        return [*before, _chunk(b"IDAT", zlib.compress(rows[: len(rows) * 9 // 10])), *rest]

    _packed(copy, change)


@tampering(ALIKE)
def picture_with_a_wrong_sum_of_its_pixels(copy: Copy) -> None:
    def change(chunks):
        before, pixels, rest = _halves(chunks)
        packed = b"".join(chunk[8:-4] for chunk in pixels)
        return [*before, _chunk(b"IDAT", packed[:-4] + bytes(4)), *rest]

    _packed(copy, change)


@tampering(ALIKE)
def manifest_with_a_key_twice(copy: Copy) -> None:
    copy.rewritten = lambda content: content.replace(b"{", b'{"name":"Another desk",', 1)


@tampering(ALIKE)
def manifest_with_spaces(copy: Copy) -> None:
    copy.rewritten = lambda content: content.replace(b",", b" ,", 1)
