/** Reads a list of a stand-in. */
export async function readItems<Item>(url: string): Promise<Item[]> {
  const response = await fetch(url);
  return ((await response.json()) as { items: Item[] }).items;
}
