import type { Attachment, MessageSummary, MessageView } from '../../shared/contract/index.ts'

const day = 86_400_000
const alice = { name: 'Alice Example', address: 'alice@example.test' }
export const bob = { name: 'Bob Ortiz', address: 'bob@elsewhere.test' }

interface Sample {
  readonly from?: { name: string; address: string }
  readonly subject: string
  readonly age: number
  readonly expires?: number | null
  readonly unread?: boolean
  readonly files?: readonly (readonly [name: string, type: string, size: number])[]
  readonly replied?: boolean
  readonly state?: MessageSummary['state']
  readonly html?: string | null
  readonly text?: string | null
}

/** Messages as people get them, and the awkward ones: long, empty, foreign, ended. Ages in days. */
const samples: readonly Sample[] = [
  {
    subject: 'The contract, for your eyes only',
    age: 0.02,
    expires: 30,
    unread: true,
    files: [
      ['Contract 2026.pdf', 'application/pdf', 482_113],
      ['Annex – prices.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 38_420],
    ],
    html: '<p>Hello Bob,</p><p>here is what we agreed on. Please look at <b>section 4</b> and sign by Friday.</p><ul><li>Price as discussed</li><li>Start on 1 December</li></ul><p>Best regards<br>Alice</p>',
  },
  {
    from: { name: 'Dr. Miriam Okafor', address: 'm.okafor@clinic.example' },
    subject: 'Your results of 12 November',
    age: 0.3,
    expires: 2.2,
    unread: true,
    text: 'Dear Mr Ortiz,\n\nall values are within the normal range. We will talk about the next step on Tuesday.\n\nM. Okafor',
  },
  {
    from: { name: 'مكتب الهجرة والتوثيق', address: 'office@wathiq.example' },
    subject: 'وثائق الإقامة الخاصة بك جاهزة للتوقيع',
    age: 1.1,
    expires: 14,
    files: [['وثيقة الإقامة.pdf', 'application/pdf', 210_000]],
    html: '<p dir="rtl">مرحباً، الوثائق جاهزة للتوقيع.</p>',
  },
  {
    from: { name: 'Payroll', address: 'payroll@example.test' },
    subject: 'Payslip October 2026',
    age: 2,
    expires: null,
    replied: true,
    files: [['Payslip-2026-10.pdf', 'application/pdf', 88_211]],
    text: 'Your payslip is attached.',
  },
  {
    from: { name: '', address: 'no-reply.contracts.department@a-very-long-organisation-name.example' },
    subject:
      'Re: Fwd: Re: Statement of work, third revision, with all comments of the meeting on Monday and the open points of the legal department merged into one document ' +
      'x'.repeat(1840),
    age: 4,
    expires: 1.4,
    text: 'See above.',
  },
  { subject: '', age: 6, expires: 20, text: 'Call me.' },
  {
    from: { name: 'Northwind Insurance', address: 'claims@northwind.example' },
    subject: 'Claim 2026-88131: we need one more document',
    age: 9,
    expires: 60,
    replied: true,
    text: 'Please send us the invoice.',
  },
  { subject: 'Board minutes, draft', age: 20, expires: -1, state: 'expired', text: null },
  {
    from: { name: 'Jonas Berg', address: 'jonas@example.test' },
    subject: 'Salary overview (sent to the wrong person)',
    age: 30,
    expires: 40,
    state: 'recalled',
    text: null,
  },
  // What was damaged with the rest is gone with it: the subject.
  { subject: '', age: 45, expires: null, state: 'lost', text: null },
  { subject: 'Keys for the new office', age: 400, expires: null, text: 'Door code follows.' },
]

export interface Stored extends MessageView {
  readonly bytes: readonly Buffer[]
}

/** @param many how many plain messages follow the samples, to fill pages. */
export function makeMessages(now: number, many: number): Stored[] {
  const plain = Array.from({ length: many }, (_, index): Sample => ({
    subject: `Weekly report ${many - index}`,
    age: 40 + index,
    expires: null,
    text: `Report number ${many - index}.`,
  }))
  return [...samples, ...plain].map((sample, index) => {
    const files = sample.files ?? []
    return {
      id: `01JD${String(index).padStart(22, '0')}`,
      folder: 'inbox',
      from: sample.from ?? alice,
      to: [bob],
      cc: index === 0 ? [{ name: 'Carol Lindqvist', address: 'carol@example.test' }] : [],
      subject: sample.subject,
      at: now - sample.age * day,
      expiresAt: sample.expires === null || sample.expires === undefined ? null : now + sample.expires * day,
      unread: sample.unread ?? false,
      hasAttachments: files.length > 0,
      replied: sample.replied ?? false,
      state: sample.state ?? 'held',
      organisation: sample.from === undefined ? 'Example Ltd' : sample.from.name || 'Example Ltd',
      html: sample.html ?? null,
      text: sample.text ?? null,
      attachments: files.map(([name, type, size], at): Attachment => ({
        index: at,
        name,
        type,
        size,
        contentId: null,
        inline: false,
      })),
      permissions: {
        reply: true,
        replyAll: true,
        forward: index % 2 === 1,
        print: index !== 1,
        download: true,
      },
      setBy: { expiry: 'sender', reply: 'account' },
      receipt: false,
      readable: true,
      recallReason: sample.state === 'recalled' ? 'Sent to the wrong person. Nothing you need to do.' : null,
      copies: [],
      bytes: files.map(([name]) => Buffer.from(`Contents of ${name}\n`)),
    }
  })
}

/** Sandbox mail for the outbox page. */
export function makeOutbox(
  now: number,
): { id: string; raw: string; from: string; to: string; subject: string; date: number }[] {
  const mail = (index: number, subject: string, body: string, html?: string) => {
    const head = [
      'From: Postern for Example Ltd <postern@example.test>',
      `To: <${bob.address}>`,
      `Subject: ${subject}`,
      `Date: ${new Date(now - index * 60_000).toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <stand-in-${index}@example.test>`,
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
    ]
    const raw =
      html === undefined
        ? [...head, 'Content-Type: text/plain; charset=utf-8', '', body]
        : [
            ...head,
            'Content-Type: multipart/alternative; boundary=b1',
            '',
            '--b1',
            'Content-Type: text/plain; charset=utf-8',
            '',
            body,
            '--b1',
            'Content-Type: text/html; charset=utf-8',
            '',
            html,
            '--b1--',
            '',
          ]
    return {
      id: `01jd${String(index).padStart(22, '0')}`,
      raw: raw.join('\r\n'),
      from: 'postern@example.test',
      to: bob.address,
      subject,
      date: now - index * 60_000,
    }
  }
  const link = 'http://localhost:8080/m/postern1.k1.payload.signature'
  return [
    mail(
      0,
      'A secure message from Alice Example is waiting',
      `Alice Example sent you a secure message.\r\n\r\nRead it: ${link}\r\n`,
      `<table role="presentation" width="100%"><tr><td style="padding:24px;font:16px sans-serif"><h1 style="font-size:20px">A secure message from Alice Example</h1><p>It is kept for you until 21 December 2026.</p><p><a href="${link}" style="background:#0f5e63;color:#fff;padding:12px 20px;border-radius:8px;text-decoration:none">Read the message</a></p></td></tr></table>`,
    ),
    mail(
      1,
      'Your sign-in details',
      'Email address: bob@elsewhere.test\r\nTemporary password: amber-otter-92-violet\r\n',
    ),
  ]
}
