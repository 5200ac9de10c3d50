// The start of an ESM application on Nest 12.
import { importFor } from '../packages.js';
import application from './application.cjs';

const [contender] = process.argv.slice(2);
const load = importFor(12);
const modules = {};
for (const name of application.packagesOf(contender)) modules[name] = await load(name);
await application.startApplication(contender, modules);
application.report();
