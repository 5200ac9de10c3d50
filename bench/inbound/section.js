export async function inbound() { return { rows: [], notes: [] }; }
