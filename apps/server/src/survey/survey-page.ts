import type { SurveyWords } from './survey-words.ts'

export interface SurveyPage {
  locale: string
  words: SurveyWords
  /** Who asks. */
  name: string
  color: string
  question: string
  /** Where the form is sent. */
  action: string
  score: number | null
  comment: string
  /** `asking`: the form; `answered`: thanks, with a way to change; `closed`, `gone`: a sentence. */
  state: 'asking' | 'answered' | 'closed' | 'gone'
  problem?: string
}

const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign,
  )

/** A face from a frown (1) to a smile (5), drawn so that it looks the same on every machine. */
function face(score: number): string {
  const bend = (score - 3) * 2.2
  const mouth = `M8 ${16 - bend / 2.5}Q12 ${16 + bend} 16 ${16 - bend / 2.5}`
  return `<svg class="face" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="M8.5 9v.5M15.5 9v.5"/><path d="${mouth}"/></svg>`
}

/** The survey as one small page without scripts, so that it works in every browser and mail program. */
export function surveyPage(page: SurveyPage): string {
  const { words, locale } = page
  const color = /^#[0-9a-f]{6}$/i.test(page.color) ? page.color : '#12707f'
  const title = page.state === 'asking' ? page.question : page.state === 'answered' ? words.thanks : page.name
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · ${escapeHtml(page.name)}</title>
<style>${STYLE.replace('#12707f', color)}</style>
</head>
<body>
<main>
<p class="name">${escapeHtml(page.name)}</p>
${BODIES[page.state](page)}
</main>
</body>
</html>`
}

const BODIES: Record<SurveyPage['state'], (page: SurveyPage) => string> = {
  asking: ({ words, question, action, score, comment, problem }) => `<form method="post" action="${escapeHtml(action)}">
<fieldset>
<legend>${escapeHtml(question)}</legend>
${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
<div class="scores">${words.scores
    .map(
      (word, index) =>
        `<label><input type="radio" name="score" value="${index + 1}"${score === index + 1 ? ' checked' : ''} required>${face(index + 1)}<span class="word">${escapeHtml(word)}</span></label>`,
    )
    .join('')}</div>
</fieldset>
<label class="comment">${escapeHtml(words.comment)}<textarea name="comment" rows="4" maxlength="2000">${escapeHtml(comment)}</textarea></label>
<button>${escapeHtml(words.send)}</button>
</form>`,
  answered: ({ words, action, score }) => `<h1>${escapeHtml(words.thanks)}</h1>
<p class="given">${face(score ?? 3)} ${escapeHtml(words.scores[(score ?? 3) - 1] ?? '')}</p>
<p>${escapeHtml(words.thanksMore)}</p>
<p><a href="${escapeHtml(action)}?change=1">${escapeHtml(words.change)}</a></p>`,
  closed: ({ words }) => `<h1>${escapeHtml(words.closed)}</h1>`,
  gone: ({ words }) => `<h1>${escapeHtml(words.gone)}</h1>`,
}

const STYLE = `:root{color-scheme:light dark;--accent:#12707f;--ink:light-dark(#16191c,#eceff1);--muted:light-dark(#545c64,#a6afb7);--line:light-dark(#868f98,#6a737c)}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:16px;background:light-dark(#f5f6f7,#121416);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:560px;padding:28px;border-radius:14px;background:light-dark(#fff,#191c1f);border-top:4px solid var(--accent);box-shadow:0 8px 24px -12px rgb(0 0 0/.3)}
.name{margin:0 0 12px;color:var(--muted);font-size:14px}
h1,legend{margin:0 0 16px;padding:0;font-size:22px;font-weight:600;line-height:1.3}
fieldset{margin:0;padding:0;border:0;min-width:0}
.scores{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:8px}
.scores label{position:relative;display:flex;flex-direction:column;align-items:center;gap:4px;padding:12px 4px;border:1px solid var(--line);border-radius:10px;text-align:center;font-size:12px;line-height:1.3;cursor:pointer}
.scores input{position:absolute;opacity:0;inset:0;margin:0;width:100%;height:100%;cursor:pointer}
.face{flex:none;width:32px;height:32px;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round}
.scores label:has(:checked) .face{stroke:var(--accent);stroke-width:2}
.scores label:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 2px var(--accent);font-weight:600}
.scores label:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
.comment{display:block;margin-top:20px;font-size:14px}
textarea{display:block;width:100%;margin-top:6px;padding:10px;border:1px solid var(--line);border-radius:8px;background:transparent;color:inherit;font:inherit;resize:vertical}
button{margin-top:16px;padding:12px 28px;border:0;border-radius:8px;background:var(--accent);color:#fff;font:inherit;font-weight:600;cursor:pointer}
a{color:light-dark(#0d6472,#6fc9d6)}
.given{display:flex;align-items:center;gap:10px;font-size:18px}
.problem{margin:0 0 12px;color:light-dark(#a92822,#f58f89)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(max-width:480px){main{padding:20px}.scores{grid-template-columns:1fr}.scores label{flex-direction:row;justify-content:flex-start;gap:12px;padding:10px 14px;font-size:15px}}`
