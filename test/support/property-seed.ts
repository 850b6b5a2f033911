/**
 * Property tests try the same inputs in every run, so that a change is judged by itself and a failure can be
 * repeated. DAERI_PROPERTY_SEED takes a number, or `random` to search for new counterexamples;
 * DAERI_PROPERTY_RUNS how many inputs each property tries (100 if absent).
 */
import fc from 'fast-check'

const DEFAULT_SEED = 20_261_121
const { DAERI_PROPERTY_SEED: seed, DAERI_PROPERTY_RUNS: runs } = process.env

fc.configureGlobal({
  ...(seed === 'random' ? {} : { seed: seed === undefined ? DEFAULT_SEED : Number(seed) }),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
})
