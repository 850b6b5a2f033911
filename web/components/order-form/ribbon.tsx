import classes from './ribbon.module.css'

/** The two ribbons of a wreath as they will hang: the words of condolence, and who sends them. */
export function Ribbon(props: { readonly message: string | null; readonly orderer: string | null }) {
  return (
    <div className={classes.ribbons} lang="ko">
      <p className={classes.ribbon} data-empty={props.message === null || undefined}>
        {props.message ?? ' '}
      </p>
      <p className={classes.ribbon} data-empty={props.orderer === null || undefined}>
        {props.orderer ?? ' '}
      </p>
    </div>
  )
}
