/** What every agent reads, in one file. */
export { default as common } from '../hr/common.json'
export { default as customer } from '../hr/customer.json'
export { default as frame } from '../hr/frame.json'
export { default as inbox } from '../hr/inbox.json'
export { default as search } from '../hr/search.json'
export { default as settings } from '../hr/settings.json'
export { default as signIn } from '../hr/signIn.json'
