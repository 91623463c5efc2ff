/** What every agent reads, in one file. */
export { default as common } from '../ru/common.json'
export { default as customer } from '../ru/customer.json'
export { default as frame } from '../ru/frame.json'
export { default as inbox } from '../ru/inbox.json'
export { default as search } from '../ru/search.json'
export { default as settings } from '../ru/settings.json'
export { default as signIn } from '../ru/signIn.json'
