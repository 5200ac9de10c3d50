// The start of a CommonJS application on Nest 11.
'use strict';
const process = require('node:process');
const { packagesOf, report, startApplication } = require('./application.cjs');

const [contender] = process.argv.slice(2);
const modules = {};
for (const name of packagesOf(contender)) modules[name] = require(name);
startApplication(contender, modules).then(report);
