/** What every agent reads, in one file. */
export { default as common } from '../sr-Latn/common.json'
export { default as customer } from '../sr-Latn/customer.json'
export { default as frame } from '../sr-Latn/frame.json'
export { default as inbox } from '../sr-Latn/inbox.json'
export { default as search } from '../sr-Latn/search.json'
export { default as settings } from '../sr-Latn/settings.json'
export { default as signIn } from '../sr-Latn/signIn.json'
