/** What is used of Slack's SDK, in a file of its own: it takes long to load, so it is loaded with the first call. */
export { LogLevel, WebClient } from '@slack/web-api';
