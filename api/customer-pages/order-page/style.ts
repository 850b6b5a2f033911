/** Style sheet of the order page: one column for a phone, light and dark, print-like ribbons. */
export const ORDER_PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#17211c;--soft:#55615a;--line:#dfe2da;--back:#f4f5f1;--card:#fff;--sunken:#f0f2ed;--accent:#1d5540;--on-accent:#fff;--tint:#e1ede6;--warn:#7a4b00;--warn-tint:#faf0d8;--bad:#a02f1a;--bad-tint:#fbeae5}
@media(prefers-color-scheme:dark){:root{--ink:#e7ede9;--soft:#a3b0a8;--line:#2c3630;--back:#0f1412;--card:#171d1a;--sunken:#1e2622;--accent:#86cfab;--on-accent:#0d1f17;--tint:#17342a;--warn:#e6b860;--warn-tint:#332811;--bad:#f49c88;--bad-tint:#3a1d17}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.6 "Pretendard","Apple SD Gothic Neo","Noto Sans KR","Malgun Gothic",system-ui,sans-serif;word-break:keep-all;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
main{max-width:30rem;margin:0 auto;padding:1rem 1rem 3rem;display:grid;gap:.9rem}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding:.3rem .2rem 0}
.company{font-weight:650;margin:0}.number{color:var(--soft);margin:0;font-variant-numeric:tabular-nums}
section,details{background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1.15rem 1.1rem}
h1{font-size:1.4rem;line-height:1.35;margin:0 0 .25rem;letter-spacing:-.01em}h2{font-size:1.02rem;margin:0 0 .6rem}p{margin:.25rem 0}
.soft{color:var(--soft)}.small{font-size:.9rem}
.notice{border-radius:.8rem;padding:.75rem .95rem;background:var(--tint);margin:0}.notice.bad{background:var(--bad-tint);color:var(--bad)}.notice.warn{background:var(--warn-tint);color:var(--warn)}
ol.steps{list-style:none;display:grid;grid-template-columns:repeat(6,1fr);gap:.25rem;margin:1rem 0 0;padding:0;font-size:.72rem;line-height:1.3;text-align:center;overflow-wrap:normal}
ol.steps li{color:var(--soft);padding-top:.55rem;border-top:4px solid var(--line)}ol.steps li.done{border-color:var(--accent);color:var(--ink)}ol.steps li.now{border-color:var(--accent);color:var(--ink);font-weight:700}
.clock{display:flex;justify-content:space-between;align-items:baseline;margin-top:1rem;padding:.7rem .9rem;border-radius:.8rem;background:var(--warn-tint);color:var(--warn)}
.clock b{font-size:1.35rem;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:minmax(5rem,auto) minmax(60%,1fr);gap:.45rem 1rem;margin:.9rem 0 0;padding-top:.9rem;border-top:1px solid var(--line)}dt{color:var(--soft)}dd{margin:0;text-align:right}dd.strong{font-weight:700;font-size:1.08rem}
.wreath{display:grid;grid-template-columns:1fr 7.4rem 1fr;justify-items:center;align-items:start;margin:.2rem 0 .4rem;min-height:21rem}
.wreath svg{grid-column:2;grid-row:1;width:7.4rem;height:auto}
.ribbon{grid-row:1;writing-mode:vertical-rl;text-orientation:upright;height:20.5rem;width:2.9rem;display:grid;place-items:center;background:#fdfdfa;color:#181816;border:1px solid #d6d8d0;font-family:"Nanum Myeongjo","Batang","AppleMyungjo",serif;font-weight:700;letter-spacing:.04em;line-height:1;white-space:nowrap;overflow:hidden;padding:.5rem 0 .9rem;font-size:clamp(.62rem,calc(17.6rem / var(--n)),1.7rem);clip-path:polygon(0 0,100% 0,100% 100%,50% calc(100% - .7rem),0 100%);margin:0}
.ribbon.left{grid-column:1}.ribbon.right{grid-column:3}
summary{cursor:pointer;font-weight:650;list-style:none;display:flex;justify-content:space-between;align-items:center;min-height:1.6rem}summary::-webkit-details-marker{display:none}summary::after{content:"";width:.6rem;height:.6rem;border-right:2px solid var(--soft);border-bottom:2px solid var(--soft);transform:rotate(45deg) translateY(-.15rem)}details[open]>summary::after{transform:rotate(-135deg)}
details>form,details>p{margin-top:.9rem}
label{display:block;margin:.9rem 0 0;font-weight:600;font-size:.94rem}
input,select{width:100%;margin-top:.3rem;padding:.72rem .8rem;font:inherit;font-weight:400;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.65rem;min-height:2.9rem}
input[aria-invalid=true]{border-color:var(--bad)}.problem{color:var(--bad);font-weight:400;font-size:.9rem;margin:.3rem 0 0}
.hint{display:block;font-weight:400;color:var(--soft);font-size:.87rem}
.button{display:block;width:100%;margin-top:1rem;padding:.9rem 1rem;border:0;border-radius:.8rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:700;text-align:center;text-decoration:none;cursor:pointer}
.button:first-child{margin-top:0}.button.quiet{background:var(--tint);color:var(--accent)}
:is(a,button,input,select,summary):focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.account{font-size:1.25rem;font-weight:700;font-variant-numeric:tabular-nums;margin:.2rem 0}
img{display:block;width:100%;border-radius:.8rem;background:var(--sunken)}
footer{color:var(--soft);text-align:center;font-size:.92rem}a{color:inherit}
@media(prefers-reduced-motion:no-preference){.notice{animation:come .25s ease-out}@keyframes come{from{opacity:0;transform:translateY(-.3rem)}}}
`
