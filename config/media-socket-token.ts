/** The bearer token of the media socket, known to the gateway and the dialogue workers alike. */
import { createHmac } from 'node:crypto'

/** @param secret `settings.secret`; the token changes with it and does not give it away. */
export const mediaSocketToken = (secret: string): string =>
  createHmac('sha256', secret).update('media-socket').digest('base64url')
