/** Files that a gateway keeps and the API shows: sealed, and asked for by name where the API is on another machine. */
const RECORDING = /^recordings\/leg-[0-9a-f]{12}\.(rec|wav)$/
const OF_CALL = /^(signalling|captures)\/call-[0-9a-f]{12}\/leg-[0-9a-f]{12}\.sealed$/
const FOLDER_OF_CALL = /^(signalling|captures)\/call-[0-9a-f]{12}$/

/** Whether it is the name of such a file, within the data folder; no other leaves a gateway. */
export const isKeptFile = (name: string): boolean => RECORDING.test(name) || OF_CALL.test(name)
/** Whether it is a folder whose names may be told. */
export const isKeptFolder = (name: string): boolean => FOLDER_OF_CALL.test(name)

/** Path of such a file, or folder, at a gateway. */
export const keptFilePath = (name: string): string => `/files/${name}`
