// What Relay's compiler makes of a document: the fields of an operation, each with what it answers. The hub's schema has
// neither interfaces nor unions, and the documents neither fragments nor variables, so that this is the whole of it.
import { parse, getNamedType, getNullableType, isListType, isLeafType, valueFromASTUntyped } from "graphql";

function selections(schema, type, set) {
  return set.selections.map((field) => {
    const definition = type.getFields()[field.name.value];
    const of = getNamedType(definition.type);
    const args = field.arguments.map((argument) => ({
      kind: "Literal",
      name: argument.name.value,
      value: valueFromASTUntyped(argument.value),
    }));
    const common = {
      alias: field.alias?.value ?? null,
      args: args.length > 0 ? args : null,
      name: field.name.value,
      storageKey: null,
    };
    if (isLeafType(of)) return { ...common, kind: "ScalarField" };
    return {
      ...common,
      kind: "LinkedField",
      concreteType: of.name,
      plural: isListType(getNullableType(definition.type)),
      selections: selections(schema, of, field.selectionSet),
    };
  });
}

/** A request as Relay's runtime takes it. */
export function request(schema, name, text) {
  const [operation] = parse(text).definitions;
  const fields = selections(schema, schema.getQueryType(), operation.selectionSet);
  return {
    kind: "Request",
    fragment: { kind: "Fragment", name, type: "Query", metadata: null, argumentDefinitions: [], selections: fields },
    operation: { kind: "Operation", name, argumentDefinitions: [], selections: fields },
    params: { id: null, cacheID: name, name, operationKind: "query", metadata: {}, text },
  };
}
