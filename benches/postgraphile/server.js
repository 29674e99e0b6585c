// PostGraphile 4 as its manual sets it up, over the schema `plain`; it says on which port it listens.
"use strict";

const http = require("node:http");
const { Pool } = require("pg");
const { postgraphile } = require("postgraphile");
const filters = require("postgraphile-plugin-connection-filter");

// As many connections as the hub's own pool has.
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const answer = postgraphile(pool, "plain", {
  appendPlugins: [filters],
  disableQueryLog: true,
  graphiql: false,
});
const server = http.createServer(answer);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

// The benchmark holds the other end: this process does not outlive it.
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
