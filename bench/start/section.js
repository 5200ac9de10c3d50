export async function start() {
  return { rows: [], notes: [] };
}
