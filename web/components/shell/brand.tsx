/** The mark: a wreath with a sprig in it. */
export function BrandMark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round">
        <path d="M9 25.2A11.5 11.5 0 1 1 23 25.2" />
        <path
          strokeWidth="2.1"
          d="M16 24.4V12.8M16 18.4c-3.2 0-5-1.8-5-4.7 3.2 0 5 1.8 5 4.7ZM16 15.6c2.9 0 4.5-1.6 4.5-4.4-2.9 0-4.5 1.6-4.5 4.4Z"
        />
      </g>
    </svg>
  )
}
