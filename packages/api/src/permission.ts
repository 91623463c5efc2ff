/** Roles and what they may do, for screens: they import from the API alone. */
export { PERMISSIONS, type Permission, permissionsOf, ROLES, type Role } from '@centrala/core/permission/permission.ts'
