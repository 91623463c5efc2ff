/** Providers whose mailboxes anybody may have: two people there have nothing in common. */
const PUBLIC = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com aol.com proton.me
  protonmail.com pm.me gmx.com gmx.net gmx.de gmx.at web.de t-online.de mail.com zoho.com fastmail.com tutanota.com tuta.com hey.com
  yandex.ru yandex.com ya.ru mail.ru bk.ru list.ru inbox.ru rambler.ru net.hr t.ht.hr inet.hr hi.ht.hr vip.hr optinet.hr
  mts.rs sbb.rs eunet.rs ptt.rs yahoo.ro clicknet.ro rdslink.ro orange.fr free.fr laposte.net libero.it alice.it tiscali.it
  wp.pl onet.pl o2.pl interia.pl seznam.cz email.cz azet.sk abv.bg freemail.hu citromail.hu siol.net qq.com 163.com 126.com`.split(
    /\s+/,
  ),
)

/** Whether mail addresses of this domain say nothing about where someone works. */
export function isPublicMailDomain(domain: string): boolean {
  return PUBLIC.has(domain) || /^(yahoo|hotmail|live|outlook)\.[a-z.]+$/.test(domain)
}
