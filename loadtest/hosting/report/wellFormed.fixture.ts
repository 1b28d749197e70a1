/** Of XML as we write it: every tag is ended in turn, every attribute is quoted, no sign is left unescaped. Throws where that is not so. */
export function checkWellFormed(xml: string): void {
  const open: string[] = []
  const rest = xml.replaceAll(/<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*>/g, (_, end: string, name: string) => {
    if (end === '') open.push(name)
    else if (open.pop() !== name) throw new Error(`</${name}> ends what is not open`)
    return ''
  })
  if (open.length > 0) throw new Error(`not ended: ${open.join(', ')}`)
  if (/[<>]/.test(rest)) throw new Error(`not a tag: ${rest.slice(Math.max(0, rest.search(/[<>]/) - 40), rest.search(/[<>]/) + 40)}`)
  const sign = xml.search(/&(?!(amp|lt|gt|quot|#39);)/)
  if (sign >= 0) throw new Error(`not escaped: ${xml.slice(sign, sign + 40)}`)
}
