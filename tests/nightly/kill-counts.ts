const kills = Number(process.env['POSTERN_KILLS'] ?? 1000)

/** Kills of a variant: a fifth of those on good ground. */
export const fewer = Math.ceil(kills / 5)

export const timeout = fewer * 15_000 + 600_000
