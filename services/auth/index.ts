export { AuthModule } from './auth.module.ts'
export { tenantTokenPath } from './firstStart/firstTenantToken.ts'
export { authGreeting } from './greeting.ts'
export { authProblems } from './problems.ts'
