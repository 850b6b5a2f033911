/** The most tickets of one request for many; a test holds it to the API's. */
export const BULK_LIMIT = 100
