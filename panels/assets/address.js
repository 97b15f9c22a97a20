/* The address follows the clock without a step in the browser's history for every day played. */

/** @param {{ data: { query: string } }} component */
export default function ({ data }) {
  const query = new URLSearchParams(data.query);
  const now = new URLSearchParams(location.search);
  for (const name of ["embed", "embed_options"]) {
    for (const value of now.getAll(name)) query.append(name, value);
  }
  if (`?${query}` !== location.search) history.replaceState(history.state, "", `?${query}`);
}
