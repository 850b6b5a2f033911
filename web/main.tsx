import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css'
import './styles/mantine.css'
import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { setUpLanguage } from './i18n/index.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
await setUpLanguage()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
