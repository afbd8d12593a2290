### What the API says in English. Every message stands in all three files.

## Errors

error-faults = { $count ->
    [one] The request has a fault; see errors.
   *[other] The request has { $count } faults; see errors.
}
error-not-found = There is no such thing here.
error-no-such-call = There is no such call.
error-wrong-method = This call has another method: { $allowed }.
error-too-large = The body is larger than { $max } bytes.
error-unread = The body could not be read to its end.
error-key-missing = This call needs an Idempotency-Key, so that sending it twice pays once.
error-key-malformed = An Idempotency-Key has 15 to 80 letters, digits and hyphens.
error-keys-differ = Idempotency-Key and X-Idempotency-Key name two keys. Send one, or the same in both.
error-key-other = This Idempotency-Key was used for another request. Choose a new one.
error-key-running = The first request with this Idempotency-Key is still being worked on. Ask again in a moment.
error-too-often = Too many requests. The next one is allowed in { $seconds } s.
error-busy = Too much is under way. Try again in a few seconds; nothing was changed.
error-ours = The fault is on our side. Nothing was changed.
error-changed-meanwhile = It was changed meanwhile. Read it again.

## Faults of a field

fault-missing = This is missing.
fault-malformed = This is not JSON: see line { $line }, column { $column }.
fault-depth = This is nested deeper than { $max } levels.
fault-content-type = This must be application/json.
fault-content-encoding = Send the body as it is, without an encoding.
fault-name-twice = This name stands twice in its object. Send it once.
fault-not-object = This must be an object.
fault-not-list = This must be a list.
fault-not-text = This must be a text.
fault-nul = A NUL character can't be kept.
fault-length = This has { $count } characters; it must have { $min } to { $max }.
fault-count = This has { $count } entries; it must have { $min } to { $max }.
fault-integer = This must be a whole number from { $min } to { $max }.
fault-boolean = This must be true or false.
fault-decimal = This must be a decimal number.
fault-digits = A number with more than { $max } digits may have been rounded. Send it as a text.
fault-account-number = This must be a number of 8 digits.
fault-account-differs = This differs from the header X-Merchant-Account-Number, which says { $header }.
fault-grant-type = The only grant type here is client_credentials.
fault-named-twice = The client names itself in the header Authorization already.
fault-more = { $count ->
    [one] There is another fault.
   *[other] There are { $count } more faults.
}

## Batch statuses

batch-queued = Queued
batch-matching = Waiting for columns
batch-validating = Validating
batch-failed = Failed
batch-error = Error
batch-open = Open
batch-awaiting_review = Pending Review
batch-awaiting_approval = Pending Approval
batch-awaiting_release = Pending Release
batch-approved = Approved
batch-paying = Processing
batch-paused = Paused
batch-completed = Completed
batch-rejected = Rejected
batch-cancelled = Cancelled

## Refusals

refusal-edit = A batch that is “{ $status }” can't be edited.
refusal-reschedule = A batch that is “{ $status }” can't be rescheduled.
refusal-not-editable = Row { $row } is { $status }. Only payouts that are SCHEDULED or VALIDATION_FAILED can be changed.
refusal-submit = A batch that is “{ $status }” can't be submitted.
refusal-recall = A batch that is “{ $status }” can't be recalled.
refusal-review = A batch that is “{ $status }” can't be reviewed.
refusal-approve = A batch that is “{ $status }” can't be approved.
refusal-release = A batch that is “{ $status }” can't be released.
refusal-return = A batch that is “{ $status }” can't be sent back.
refusal-reject = A batch that is “{ $status }” can't be rejected.
refusal-cancel = A batch that is “{ $status }” can't be cancelled.
refusal-pause = A batch that is “{ $status }” can't be paused.
refusal-resume = A batch that is “{ $status }” can't be resumed.
refusal-fingerprint = The batch changed since you read it. Read it again before you sign.
refusal-unseen = Nothing says which content of the batch you sign. Call getBatch with this client first, or send expectedFingerprint.
refusal-row = This row was changed since you read it. Read it again before you correct it.
refusal-nobody = This batch needs { $eyes } eyes, and nobody else who is active here has the permission { $permission }.
refusal-figures = The control figures do not agree: { $figures }
refusal-shortfall = { $available } is available and the batch needs { $needed }: { $shortfall } is missing.
refusal-references = References are paid, in flight or reserved already: { $count }, the first being “{ $first }” in batch { $batch }.
refusal-all-claimed = Every payout of this batch is claimed by now. What is claimed can't be called back.
refusal-nothing-payable = No row of this batch is payable. Correct at least one row first.
refusal-comparing = The bank details of this batch are being compared with what was paid before. Try again in a moment.
refusal-cooling-down = Bank details changed since they were last paid, in this many rows: { $rows }. This account lets them cool down for { $hours } h: the batch can be approved from { $until }.
refusal-not-again = “{ $reference }” can't be paid again as it stands.
refusal-proposal = A proposal stands in the way of this, or can't be decided like this.

## Faults of the dialects

fault-fingerprint = This must be a fingerprint: 64 hexadecimal digits.
fault-not-scheduled = This must be null where isBatchScheduled is false.
fault-base64 = This is not base64.
fault-not-json = This can't be read: { $what }
fault-one-of = This must be one of { $list }.
fault-metadata-pair = Write metadata[name]=value.
fault-two-values = This is asked with two values. No payout has both.
fault-page-token = This is not a page token that was given.

fault-sequence = A sequence number is a text of 16 digits.
fault-sequence-twice = This sequence number stands in { $other } too.
fault-sequence-used = This sequence number is used on the account.
fault-bank = A bank destination needs an iban, or account_number and bank_code.
fault-date-unreadable = Date can't be read. Write the date as YYYY-MM-DD, or with a time as YYYY-MM-DDTHH:MM.
fault-date-form = Date is not written as YYYY-MM-DD. Write { $day }.
fault-date-either = Date is not written as YYYY-MM-DD. Write { $day } or { $or }, whichever is meant.
fault-date-past = Date is in the past. Choose today or a later day, or leave it empty to pay when approved.
fault-date-far = Date is more than { $days } days ahead. Choose a day within the next { $days } days.
fault-fixed = This stays as it was sent. Leave it out, or send it as it is.
fault-not-of-wallet = A wallet has no such field: send it as a bank destination.
fault-unknown-payout = No payout of this bulk is meant: name one by id or sequence_number. Nothing can be added.
fault-not-editable = A payout that is { $status } can't be edited.
fault-payout-twice = This payout is named twice.
fault-uuid = This must be an id (UUID).
fault-url = This must be an https address that can be reached from outside, without a name and password.
told-url-limit = This API client's requests have named { $max } addresses, which is the limit. Name one of them again, or remove one under Webhooks.
fault-moment = This must be a date (YYYY-MM-DD) or an instant (RFC 3339).

## Transaction statuses

transaction-pending = Pending
transaction-due = Approved
transaction-in-progress = In progress
transaction-paid = Paid
transaction-failed = Failed
transaction-invalid = Invalid
transaction-rejected = Rejected
transaction-cancelled = Cancelled
transaction-returned = Returned

## Columns

field-reference = Reference
field-beneficiary-name = Beneficiary name
field-iban = IBAN
field-account-number = Account number
field-bank-code = Bank code
field-mobile = Mobile number
field-provider = Wallet provider
field-country = Country
field-city = City
field-email = E-mail
field-amount = Amount
field-currency = Currency
field-purpose = Purpose
field-comment = Comment
field-pay-on = Pay on

## What is stored with rows and batches: as it is stored, word by word

told-destination = Destination is missing
told-total-line = Destination is missing, as in a line of totals
told-two-destinations = IBAN and account number are both filled in
told-missing = { $label } is missing
told-provider = Wallet provider beside a bank account
told-iban-check = IBAN check digits don't match
told-iban-form = IBAN is not 2 letters, 2 digits and up to 30 letters and digits
told-iban-length = IBAN has not the length or form of { $country }
told-iban-nowhere = IBAN begins with { $country }, which has no IBANs
told-characters = { $label } has other characters than letters and digits
told-too-long = { $label } has { $count } characters; the limit is { $limit }
told-country = Country is not a 2-letter code
told-email = E-mail address can't be used
told-amount = Amount is not a number
told-scientific = Amount is in scientific notation
told-grouping = Amount's thousands are not in groups of three digits
told-decimals = { $currency } has { $decimals } decimals
told-not-positive = Amount is not greater than zero
told-too-large = Amount is above the limit of { $limit }
told-other-style = Amount has point and comma the other way round than the rest of the file
told-currency = Currency is not the account's, { $currency }
told-purpose = Purpose is not one of the { $count } there are
told-mobile-characters = Mobile number has characters that are not digits
told-mobile-calling-code = Mobile number has no country's calling code
told-mobile-short = Mobile number is { $count } { $digits } short for { $country }
told-mobile-long = Mobile number is { $count } { $digits } too long for { $country }
told-mobile-unknown = Mobile number does not exist in { $country }
told-date = Date can't be read
told-date-form = Date is not written as YYYY-MM-DD
told-date-past = Date is in the past
told-date-far = Date is more than { $days } days ahead
told-reference-twice = The same reference stands in row { $row }
told-reference-used = This reference is already paid or being paid in batch { $batch }
told-total = With this row the batch adds up to more than the limit of { $limit }
told-left-out = Left out of this batch
told-zeros-lost = Account number has { $count } digits, and the others of { $bank } have { $length }: leading zeros were lost
told-not-submitted = It was not submitted: { $reason }.
told-file-empty = The file is empty. Upload a CSV or XLSX file with a header row and at least 1 row below it.
told-file-header = The file has a header but no rows below it. Add at least 1 row and upload it again.
told-file-large = The file is larger than the limit of { $mib } MiB. Split it into smaller files.
told-file-rows = The file has more than { $limit } rows. Split it into files of at most { $most } rows.
told-file-not-sheet = The file is { $what }, not a spreadsheet. Save the list as XLSX or CSV and upload that.
told-file-password = The file is protected by a password. Save a copy without a password and upload that.
told-reason-client-gone = the API client that sent it may no longer act
told-reason-nobody-approves = this batch needs { $level } ({ $eyes } eyes), and nobody else who is active here may approve batches
told-reason-nobody-reviews = this batch needs { $level } ({ $eyes } eyes), and nobody else who is active here may review batches
told-reason-permission = your roles do not let you upload, correct and submit batches
told-reason-nothing-payable = no row of this batch is payable; correct at least one row first
told-rail-silent = The rail did not answer; it is asked about this payout
told-sandbox-paid = Paid
told-sandbox-queued = Queued
told-sandbox-on-its-way = On its way to the beneficiary
told-sandbox-rejected = The beneficiary's bank rejected the payment
told-sandbox-canceled = Called off by the rail
told-sandbox-sent-back = Sent back by the beneficiary's bank
told-sandbox-refused = intent creation failed
told-cancelled-by-api = Cancelled by API
told-invalid-reason = Give a reason, so that the others know what to do.
told-invalid-reason-long = The reason has { $count } characters; the limit is { $limit }. Shorten it.
told-invalid-name = Give the batch a name.
told-invalid-name-long = The name has { $count } characters; the limit is { $limit }. Shorten it.
told-file-other-sheet = The file is { $what }. Save it as XLSX or CSV in your spreadsheet program and upload that.
told-file-damaged = The workbook is damaged and can't be read. Open it in your spreadsheet program, save it again as XLSX and upload that.
told-file-no-such-cell = The workbook has a cell at “{ $place }”, but the last place of a sheet is XFD1048576. Open it in your spreadsheet program, save it again as XLSX and upload that.
told-file-parts = The workbook has more than { $limit } parts inside. Copy the rows into a new workbook and upload that.
told-file-part-large = A part of the workbook unpacks to more than { $limit } MB. Copy the rows into a new workbook, or save it as CSV, and upload that.
told-file-unpacks-large = The workbook unpacks to more than { $limit } MB. Copy the rows into a new workbook, or save it as CSV, and upload that.
told-file-columns = Row { $row } has more than { $limit } columns. Remove the columns that aren't needed and upload it again.
told-file-heading-long = The heading of column { $column } has { $count } characters; a heading has { $limit } at most. Shorten it and upload the file again.
told-file-cell-large = The cell in row { $row }, column { $column }, holds more than { $limit } KiB of text. Shorten it and upload the file again.
told-file-row-large = Row { $row } is longer than { $limit } KiB. If a quotation mark (") opens there and is never closed, close or remove it and upload the file again.
told-file-text-large = The file holds more than { $limit } MiB of text. Split it into smaller files.
told-file-open-quote = A quotation mark (") opens in row { $row } and is never closed. Close or remove it and upload the file again.
told-file-no-heading = Row { $row } has text in column { $column }, which has no heading in row { $header }. Give the column a heading or clear the cell; { $hint }; if row { $again } is a title, remove the rows above the headings.
told-hint-quotes = in a CSV file, put text that contains the separator in quotation marks
told-hint-two-rows = if the headings take two rows, put them in one
told-file-title = Row { $title_row } holds only “{ $title }”, and the first row that is not empty must hold the headings. Remove the rows above row { $row } and upload the file again.
told-file-json = The JSON is broken after entry { $after }: { $expected } was expected. Send an array of objects, one for each payout.
told-file-entry = Entry { $row } of the JSON can't be read: { $what }. Correct it and send the list again.
told-file-costly = The file takes more than { $memory } MiB of memory or { $seconds } seconds to read. Save it as XLSX or CSV in your spreadsheet program and upload that.
told-file-not-now = The file can't be read at the moment. Upload it again later.
told-file-unreadable = The file could not be read. Upload it again.
told-what-deep = it is nested too deep
told-what-xlsb = a binary Excel workbook (.xlsb)
told-what-xls = an old Excel workbook (.xls)
told-what-text-document = a text document
told-what-presentation = a presentation
told-what-numbers = a Numbers document
told-what-zip = a zip archive
told-what-binary = a binary file
told-what-old-office = an old Office document
told-what-pdf = a PDF
told-what-image = an image
told-what-compressed = a compressed file
told-what-program = a program
told-what-html = a web page (HTML), which some programs call .xls
told-what-xml = an XML document
told-what-value-long = a value is too long
told-what-objects = an array of objects
told-what-transactions = an array of transactions
told-what-one-transactions = one array of transactions
told-what-name = a name in quotes
told-what-colon = a colon after a name
told-what-value = a value
told-what-value-end = the end of a value
told-what-text-end = the end of a text
told-what-array-end = a comma or the end of the array
told-what-object-end = a comma or the end of the object
told-what-object = an object
told-what-end = the end
told-what-expected = { $expected } was expected
told-what-once = each name once
told-what-once-transactions = each name once and an array of transactions
