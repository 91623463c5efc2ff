/** What every agent reads, in one file. */
export { default as common } from '../ro/common.json'
export { default as customer } from '../ro/customer.json'
export { default as frame } from '../ro/frame.json'
export { default as inbox } from '../ro/inbox.json'
export { default as search } from '../ro/search.json'
export { default as settings } from '../ro/settings.json'
export { default as signIn } from '../ro/signIn.json'
