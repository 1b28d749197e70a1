export { RuntimeModule } from './runtimeModule.ts'
export { bindingKey, TableView } from './tableView.ts'
export * from './tokens.ts'
export { tokenVerifier } from './tokenVerifier.ts'
