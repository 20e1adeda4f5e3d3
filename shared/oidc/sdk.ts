/** What is used of jose, in a file of its own: it is loaded with the first token, and never where no token is asked for. */
export { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
