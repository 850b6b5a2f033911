/** Of an uploaded list; of the API, and a test keeps it equal. */
export const MOST_BYTES = 32 * 1024 * 1024
