/** Who is who in the channel. */
import { APP, PERSON, PERSON_NAME } from '../embedded-slack/workspace.ts';

/** The person who looks at the page. */
export const YOU = PERSON_NAME;

const NAMES: ReadonlyMap<string, string> = new Map([
  [PERSON.user, YOU],
  [APP.user, 'archwatch'],
]);

/** As Slack shows people; an id that nobody has stays one. */
export function nameOf(id: string): string {
  return NAMES.get(id) ?? id;
}
