import 'i18next'
import type { ENGLISH } from '@centrala/api/phrase-english.ts'
import type admin from './en/admin.json'
import type adminChannels from './en/adminChannels.json'
import type adminPeople from './en/adminPeople.json'
import type adminPhone from './en/adminPhone.json'
import type adminPolicy from './en/adminPolicy.json'
import type adminQuality from './en/adminQuality.json'
import type adminRouting from './en/adminRouting.json'
import type adminSecurity from './en/adminSecurity.json'
import type adminWebhooks from './en/adminWebhooks.json'
import type call from './en/call.json'
import type common from './en/common.json'
import type customer from './en/customer.json'
import type frame from './en/frame.json'
import type inbox from './en/inbox.json'
import type reports from './en/reports.json'
import type search from './en/search.json'
import type settings from './en/settings.json'
import type signIn from './en/signIn.json'
import type supervisor from './en/supervisor.json'
import type welcome from './en/welcome.json'
import type whatIf from './en/whatIf.json'

/** English is the model: a text that is missing there does not compile. A new area is a line above and below. */
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    parseInterpolation: false
    resources: {
      admin: typeof admin
      adminChannels: typeof adminChannels
      adminPhone: typeof adminPhone
      adminPolicy: typeof adminPolicy
      adminQuality: typeof adminQuality
      adminRouting: typeof adminRouting
      adminWebhooks: typeof adminWebhooks
      welcome: typeof welcome
      whatIf: typeof whatIf
      adminSecurity: typeof adminSecurity
      adminPeople: typeof adminPeople
      call: typeof call
      common: typeof common
      customer: typeof customer
      frame: typeof frame
      inbox: typeof inbox
      phrase: typeof ENGLISH
      reports: typeof reports
      search: typeof search
      settings: typeof settings
      signIn: typeof signIn
      supervisor: typeof supervisor
    }
  }
}
