export { FileDeviceState } from './fileDeviceState.ts'
