import { config } from 'zod'

// Before any schema is made: Zod would try whether code may be written at run time. The server's policy says no, which Firefox reports as an error on every page.
config({ jitless: true })
