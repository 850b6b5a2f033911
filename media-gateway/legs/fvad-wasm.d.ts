declare module '@echogarden/fvad-wasm' {
  /** libfvad (the voice activity detector of WebRTC) compiled to WebAssembly; see its fvad.h. */
  export interface FvadModule {
    readonly HEAP16: Int16Array
    _fvad_new(): number
    _fvad_free(handle: number): void
    _fvad_set_mode(handle: number, mode: number): number
    _fvad_set_sample_rate(handle: number, rate: number): number
    /** 1 voice, 0 none, -1 wrong frame length. */
    _fvad_process(handle: number, frame: number, samples: number): number
    _malloc(bytes: number): number
    _free(address: number): void
  }
  export default function createFvad(): Promise<FvadModule>
}
