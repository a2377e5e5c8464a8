import { setting } from './config';

/** The settings that every API has besides `appSettings`. */
export const apiSettings = {
  CORS_ORIGINS: setting
    .list()
    .default(['http://localhost:3000'])
    .describe('the sites whose pages may call this API from a browser, as in "https://app.example.com", separated by commas'),
  TRUSTED_PROXIES: setting
    .integer(0, 10)
    .default(0)
    .describe('how many reverse proxies stand before this API: so many addresses at the end of X-Forwarded-For are taken at their word'),
  RATE_LIMIT_USER_PER_MINUTE: setting
    .integer(1)
    .default(1_200)
    .describe('how many requests a user may make in a minute, with all tokens and API keys and at all instances together'),
  RATE_LIMIT_PUBLIC_PER_MINUTE: setting
    .integer(1)
    .default(1_200)
    .describe('how many requests without credentials, and how many with wrong ones, an IP address may make in a minute'),
  RATE_LIMIT_SIGN_IN_PER_MINUTE: setting
    .integer(1)
    .default(120)
    .describe('how many times in a minute an IP address may ask for a nonce, a sign-in or a refresh'),
};
