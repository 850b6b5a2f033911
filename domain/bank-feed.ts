/** Name of the feed of the company's own account in our tables. */
export const BANK_FEED = 'company_account'
