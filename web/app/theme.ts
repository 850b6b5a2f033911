import {
  ActionIcon,
  Button,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  SegmentedControl,
  Tooltip,
} from '@mantine/core'
import classes from './theme.module.css'

/** Deep green of the brand; 7 fills buttons in the light theme, 6 in the dark one. */
const pine: MantineColorsTuple = [
  '#eef6f1',
  '#dcebe3',
  '#b6d7c5',
  '#86cfab',
  '#5cb08a',
  '#3d946f',
  '#2b7a5b',
  '#1d5540',
  '#174a37',
  '#0f3526',
]
const clay: MantineColorsTuple = [
  '#fdf3f0',
  '#fbeae5',
  '#f6cfc5',
  '#f49c88',
  '#e2745b',
  '#cc5238',
  '#b83f26',
  '#a02f1a',
  '#862615',
  '#641b0e',
]

const gray: MantineColorsTuple = [
  '#f4f5f1',
  '#ebede7',
  '#dfe2da',
  '#d3d8cf',
  '#c6ccc2',
  '#8d978f',
  '#5c6860',
  '#435048',
  '#2c3831',
  '#17211c',
]
const dark: MantineColorsTuple = [
  '#e7ede9',
  '#b6c1ba',
  '#92a098',
  '#6b776f',
  '#3b4741',
  '#28312c',
  '#171d1a',
  '#131916',
  '#0f1412',
  '#0b100e',
]

/**
 * Mantine wears our tokens (styles/tokens.css): its own colours, fonts, corners and shadows are all replaced, so
 * that no component looks like the library's default.
 */
export const theme = createTheme({
  primaryColor: 'pine',
  primaryShade: { light: 7, dark: 6 },
  colors: { pine, clay, gray, dark },
  fontFamily:
    '"Pretendard Variable", Pretendard, "Apple SD Gothic Neo", "Malgun Gothic", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, monospace',
  headings: { fontWeight: '680' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ classNames: { root: classes.button ?? '', label: classes.buttonLabel ?? '' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle' } }),
    Tooltip: Tooltip.extend({
      classNames: { tooltip: classes.tooltip ?? '' },
      defaultProps: { openDelay: 300 },
    }),
    Modal: Modal.extend({
      classNames: {
        content: classes.modal ?? '',
        header: classes.modalHeader ?? '',
        title: classes.modalTitle ?? '',
      },
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        overlayProps: { blur: 2, backgroundOpacity: 0.35 },
      },
    }),
    Menu: Menu.extend({
      // In place, so that it belongs to the landmark of its button; without the placeholder, which no menu may contain.
      defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false },
      classNames: { dropdown: classes.menu ?? '', item: classes.menuItem ?? '' },
    }),
    SegmentedControl: SegmentedControl.extend({
      classNames: { root: classes.segments ?? '', indicator: classes.segmentIndicator ?? '' },
    }),
  },
})
