// Installs what the lockfile names, if it is not installed yet. Plain JavaScript without packages: it runs on whatever Node npm has.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const lockfile = readFileSync('package-lock.json', 'utf8');
const installed = 'node_modules/.installed-lockfile.json';

if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lockfile) {
  process.stderr.write('Installing packages, once: about half a minute.\n');
  // Output goes to standard error, so that `npm run -s check -- --output json` stays JSON.
  execSync('npm ci --loglevel=error', { stdio: ['ignore', 2, 2] });
  writeFileSync(installed, lockfile);
}
