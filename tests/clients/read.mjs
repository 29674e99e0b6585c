// Reads a hub through three clients' normalised caches, and says which leaves came out otherwise than the hub gave them.
//
//   node read.mjs http://127.0.0.1:8080/graphql
//
// Every document is asked first and read back afterwards, from the cache alone: an object that two answers share is then
// what the last of them made of it. The same is done with answers in which the ids are those of a framework's file,
// unique within their parent only; then leaves must be wrong, or nothing was looked at.
import { buildClientSchema, getIntrospectionQuery, isObjectType } from "graphql";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { createRequire } from "node:module";
import { documents } from "./documents.mjs";
import { request } from "./relay.mjs";

const relay = createRequire(import.meta.url)("relay-runtime");
const url = process.argv[2];

async function post(query) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query }) });
  const json = await answer.json();
  if (json.errors) throw new Error(`${JSON.stringify(json.errors)}\n${query}`);
  return json.data;
}

/** An answer whose ids within frameworks are unique within their parent only. */
function localIds(value) {
  if (Array.isArray(value)) return value.map(localIds);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).map(([name, field]) => [name, localIds(field)]);
  const own = Object.fromEntries(fields);
  return typeof own.id === "string" && own.id.includes("/") && "key" in own ? { ...own, id: own.key } : own;
}

async function changedFetch(address, options) {
  const answer = await fetch(address, options);
  const body = JSON.stringify(localIds(await answer.json()));
  return new Response(body, { status: answer.status, headers: { "Content-Type": "application/json" } });
}

/** Each client: how it asks, and how it reads from its cache what it was told before. */
const clients = {
  apollo(fetcher) {
    const link = ApolloLink.from([new HttpLink({ uri: url, fetch: fetcher })]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const run = (fetchPolicy) => async (_name, text) => {
      const { data, error } = await client.query({ query: gql(text), fetchPolicy });
      if (error) throw error;
      return data;
    };
    return { ask: run("network-only"), read: run("cache-only") };
  },
  urql(fetcher, schema) {
    // Types without an id are part of what holds them.
    const bare = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.getFields().id);
    const keys = Object.fromEntries(bare.map((type) => [type.name, () => null]));
    const client = new Client({
      url,
      fetch: fetcher,
      preferGetMethod: false,
      exchanges: [cacheExchange({ keys }), fetchExchange],
    });
    const run = (requestPolicy) => async (_name, text) => {
      const { data, error } = await client.query(text, {}, { requestPolicy }).toPromise();
      if (error) throw error;
      return data;
    };
    return { ask: run("network-only"), read: run("cache-only") };
  },
  relay(fetcher, schema) {
    const network = relay.Network.create(async ({ text }) => {
      const headers = { "Content-Type": "application/json" };
      return (await fetcher(url, { method: "POST", headers, body: JSON.stringify({ query: text }) })).json();
    });
    const getDataID = (fields, type) => fields.id && `${type}:${fields.id}`;
    const store = new relay.Store(new relay.RecordSource());
    const environment = new relay.Environment({ network, store, getDataID });
    const operation = (name, text) => relay.createOperationDescriptor(request(schema, name, text), {});
    return {
      async ask(name, text) {
        const asked = operation(name, text);
        // Kept, or the store may let go of it.
        environment.retain(asked);
        await environment.execute({ operation: asked }).toPromise();
      },
      async read(name, text) {
        return environment.lookup(operation(name, text).fragment).data;
      },
    };
  },
};

/** The leaves of an answer, each with its path. */
function* leaves(value, path) {
  if (value !== null && typeof value === "object" && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, [...path, name]);
  } else {
    yield [path, value];
  }
}

const at = (value, path) => path.reduce((inner, name) => inner?.[name], value);

const said = [];
for (const level of ["warn", "error"]) console[level] = (...words) => said.push(words.map(String).join(" "));

const schema = buildClientSchema(await post(getIntrospectionQuery({ inputValueDeprecation: false })));
const list = await documents(post);
const result = { documents: list.map(([name]) => name), clients: {} };
for (const [name, make] of Object.entries(clients)) {
  const found = {};
  for (const [kind, fetcher] of [["global", fetch], ["local", changedFetch]]) {
    said.length = 0;
    const client = make((...words) => fetcher(...words), schema);
    for (const [document, text] of list) await client.ask(document, text);
    let count = 0;
    const wrong = [];
    for (const [document, text] of list) {
      const raw = kind === "global" ? await post(text) : localIds(await post(text));
      const read = await client.read(document, text);
      for (const [path, value] of leaves(raw, [])) {
        count += 1;
        const own = at(read, path);
        const same = value !== null && typeof value === "object" ? Object.keys(own ?? { none: 1 }).length === 0 : own === value;
        if (!same) wrong.push(`${document}: ${path.join(".")}: ${JSON.stringify(value)} became ${JSON.stringify(own)}`);
      }
    }
    found[kind] = { leaves: count, wrong: wrong.length, first: wrong.slice(0, 20), said: said.slice(0, 20) };
  }
  result.clients[name] = found;
}
console.log(JSON.stringify(result));
