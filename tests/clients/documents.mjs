// What the clients are asked to read: each document's answers go into one cache, so that objects of one type and id meet.

const standing = "standing placeInText";
const named = "id key title placeInText";
const indicator = "id key name unit polarity";
const target = `id key kind ${standing} by value share comparators model baseline { period { iso label } standing }`;
const measure = `id key title outcomeId ${standing} series { indicator { ${indicator} } sex age label } targets { ${target} }`;
const action = `id key title status ${standing} owners { ${named} }`;
const dataset = "id key title publisher access standing";
const release = `id number publishedAt standing dataset { ${dataset} }`;
const framework = `
  id key title organisation summary version validFrom validTo notYetDefined
  release { ${release} }
  source { title publisher published url }
  places { id code name type }
  joins { id key title }
  roles { ${named} }
  partners { ${named} }
  themes { id key title ${standing} outcomes { id key title } }
  outcomes {
    id key title ${standing} accountable { ${named} } measures { ${measure} } actions { ${action} }
  }
  measures { ${measure} }
  actions { ${action} }
  context { id key title value unit qualifier ${standing} }`;
const figure = `
  role area { id code name } period { iso label } value lowerCi upperCi missing note standing
  dataset { ${dataset} } release { id number }`;
const scorecard = `
  releaseNumber
  framework { id key title version }
  areas { id code name type }
  rows {
    measure { ${measure} }
    cells {
      area { id code name }
      promise stated proposed
      standing
      parts {
        indicator { ${indicator} } sex label standing missing reason
        latest { ${figure} }
        otherDatasets { ${dataset} }
        beside {
          standing changeReason trendReason rankReason neighboursReason spcReason
          change { since { iso } difference differenceLabel significance significanceReason }
          trend { direction label chiSquared slope outlier }
          rank { among rank quartile n }
          neighbours { mean median lowest highest n of }
        }
        judgements { target { ${target} } status reason standing method methodVersion figures { ${figure} } }
      }
    }
  }`;
const catalogue = (at) => `{
  indicators(first: 1000${at}) { totalCount nodes { ${indicator} definition datasets { ${dataset} } } }
  datasets(first: 100${at}) {
    nodes { ${dataset} sector licence lastReleasedAt releases(first: 3) { totalCount nodes { ${release} } } }
  }
}`;
const frameworks = (at) => `{ frameworks${at} { ${framework} } }`;

/** The documents, given how to ask the hub: which places and times there are, its answers say. */
export async function documents(ask) {
  const { frameworks: all, datasets } = await ask(
    `{ frameworks { key places { code } } datasets { nodes { key releases(first: 1) { nodes { number publishedAt } } } } }`,
  );
  const of = (key) => datasets.nodes.find((dataset) => dataset.key === key).releases.nodes[0];
  const then = of("shared-frameworks");
  const codes = [...new Set(all.flatMap((one) => one.places.map((place) => place.code)))];
  const list = [
    ["frameworks", frameworks("")],
    ["frameworks of then", frameworks(`(asOf: "${then.publishedAt}")`)],
    ["catalogue", catalogue("")],
    ["catalogue of then", catalogue(`, asOf: "${then.publishedAt}"`)],
    ["places by code", `{ areas(codes: ${JSON.stringify(codes)}, first: 1000) {
      nodes { id code name type links { kind related { id code name type } } neighbours { rank model area { id code name } } }
    } }`],
    ["places of then", `{ areas(codes: ${JSON.stringify(codes)}, first: 1000, asOf: "${then.publishedAt}") {
      nodes { id code name type validFrom validTo }
    } }`],
    ["a release", `{ release(number: ${then.number}) { ${release} run { id number outcome dataset { ${dataset} } } } }`],
    ["some frameworks", `{ frameworks(ids: ${JSON.stringify(all.slice(-2).map((one) => one.key))}) { id key title } }`],
  ];
  for (const { key, places } of all) {
    const places_of = places.length > 0 ? places.map((place) => place.code) : codes.slice(0, 2);
    const text = `{ scorecard(framework: "${key}", areas: ${JSON.stringify(places_of)}) { ${scorecard} } }`;
    list.push([`scorecard ${key}`, text]);
  }
  return list;
}
