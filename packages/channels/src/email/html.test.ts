import { isTag } from 'domhandler'
import fc from 'fast-check'
import { DomUtils, parseDocument } from 'htmlparser2'
import { describe, expect, it } from 'vitest'
import { ATTACKS } from './attacks.ts'
import { revealImages, sanitiseHtml } from './html.ts'

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
