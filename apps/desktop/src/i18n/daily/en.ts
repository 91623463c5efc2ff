/** What every agent reads, in one file. */
export { default as common } from '../en/common.json'
export { default as customer } from '../en/customer.json'
export { default as frame } from '../en/frame.json'
export { default as inbox } from '../en/inbox.json'
export { default as search } from '../en/search.json'
export { default as settings } from '../en/settings.json'
export { default as signIn } from '../en/signIn.json'
