export async function growth() {
  return { rows: [], notes: [] };
}
