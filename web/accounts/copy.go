package accounts

import "incubase/web/ui"

// The copy of these pages: Chinese, then English, by the file that shows it first. Say formats the values in.

// account.templ
var (
	sayName              = ui.T("姓名", "Name")
	sayLogin             = ui.T("登录名", "Login")
	sayWhereYouAreSigned = ui.T("登录中的设备", "Where you are signed in")
	sayEndAtOnceWhat     = ui.T(
		"有不认识的，请立即结束，并修改密码。",
		"End at once what you do not know, and change the password.")
	sayEndAllOthers = ui.T("结束其他所有登录", "End all others")
	sayFrom         = ui.T("登录，地址 ", "from ")
	sayLastUsed     = ui.T("，最近使用 ", ", last used ")
	sayThisOne      = ui.T("（本机）", "(this one)")
	sayEndTheOneOf  = ui.T("结束 %s 的登录", "End the one of %s")
)

// code.templ
var (
	sayCodeToChooseA    = ui.T("登录代码", "Code to choose a password")
	sayThePasswordIsIts = ui.T(
		"密码只由本人设置。一人发起、另一人批准，各看到半个代码，分别告诉本人；本人在一小时内输入两半并设置密码。",
		"The password is its owner's alone. One person starts a code, another approves it; each sees one "+
			"half and tells it to the owner, who types both within an hour.")
	sayStartAResetYou  = ui.T("发起重置（取得前一半代码）", "Start a reset (you get the first half)")
	sayACodeIsApproved = ui.T("代码已批准，有效至 %s。", "A code is approved and holds until %s.")
	sayStartAnother    = ui.T("重新发起", "Start another")
	sayMakeItVoid      = ui.T("作废", "Make it void")
	sayYouHaveStartedA = ui.T(
		"您已发起，等另一人批准。",
		"You have started a code; it waits for another person's approval.")
	sayStartedWaitingForApproval = ui.T(
		"%s 发起，等待批准。请先确认确是本人要求。",
		"Started %s, waiting for approval. Make sure first that its owner asked for it.")
	sayApproveYouGetThe = ui.T("批准（取得后一半代码）", "Approve (you get the second half)")
	sayDoneAHalfIs      = ui.T(
		"已办理。半个代码只显示一次；遗失的话请重新发起。",
		"Done. A half is shown once; if it is lost start another code.")
	sayTheFirstHalfOf = ui.T("前一半代码，只显示这一次：", "The first half of the code, shown this once:")
	sayTellItToThe    = ui.T(
		"请当面或电话告诉本人。还需另一人在一天内批准，并告诉本人后一半。",
		"Tell it to the owner in person or by telephone. Another person approves it within a day and tells "+
			"the other half.")
	sayTheSecondHalfOf  = ui.T("后一半代码，只显示这一次：", "The second half of the code, shown this once:")
	sayTellItToTheOwner = ui.T(
		"请当面或电话告诉本人。本人在 %s 之前，在「用代码设置密码」页输入两半。",
		"Tell it to the owner in person or by telephone. Both halves are typed on the page “Choose a "+
			"password with a code” before %s.")
	sayBackToTheAccount = ui.T("回到账号", "Back to the account")
	sayForANewAccount   = ui.T(
		"新账号第一次登录，或忘记密码时用。两半代码由两人分别告诉您，批准后一小时内有效。",
		"For a new account, or a forgotten password. Two persons tell you one half each; the code holds for "+
			"an hour.")
	sayLoginName               = ui.T("账号", "Login")
	sayFirstHalfFromWho        = ui.T("前一半代码（发起人告诉您）", "First half (from who started it)")
	saySecondHalfFromWho       = ui.T("后一半代码（批准人告诉您）", "Second half (from who approved it)")
	sayNewPassword12Characters = ui.T(
		"新密码（至少 12 个字符，几个不相干的词最好记）",
		"New password (12 characters at least; a few unrelated words are easy to remember)")
	sayTheNewPasswordAgain    = ui.T("新密码再输一次", "The new password again")
	sayTheAuthenticatorAndIts = ui.T(
		"验证器和恢复码也丢失了，一并重置",
		"The authenticator and its recovery codes are lost too: reset the second factor")
	sayChooseIt              = ui.T("设置密码", "Choose it")
	sayYourPasswordWasChosen = ui.T(
		"您的密码于 %s 用代码设置：发起 %s，批准 %s。",
		"Your password was chosen %s with a code that %s started and %s approved.")
	sayIfThatWasNot = ui.T(
		"如果不是您本人设置的，请立即告诉审计管理员。",
		"If that was not you, tell the audit administrator at once.")
	sayIKnowGoOn           = ui.T("知道了，继续", "I know; go on")
	sayTheThreeAccountsAre = ui.T(
		"三个管理员账号已建立。下面的代码只显示这一次，一小时内有效，请分别交给本人，在「用代码设置密码」页使用。",
		"The three accounts are made. Their codes are shown this once and hold for an hour: give each to its "+
			"owner, for the page “Choose a password with a code”.")
	sayTheThreeAdministratorsAre = ui.T(
		"建立三个管理员：三个人，互不兼任。要么全部建立，要么都不建立。",
		"The three administrators are three persons. All are made or none.")
	sayOneTimeTokenPrinted = ui.T("一次性令牌（首次启动时显示）", "One-time token (printed at the first start)")
	sayMakeThem            = ui.T("建立", "Make them")
)

// factor.go
var (
	sayMakeSureThatYou = ui.T(
		"请确认扫描的是刚才显示的二维码、手机时间准确，再输入验证器当前显示的六位数字。没有扫描成功的，请重新开始绑定",
		"make sure that you scanned the picture shown just now and that the telephone's time is right, then "+
			"type the six digits it shows now. If the scan failed, begin again")
)

// factor.templ
var (
	sayYourRolesNeedA = ui.T(
		"您的角色必须使用双重验证，绑定以后才能继续。",
		"Your roles need a second factor: enrol one to go on.")
	sayScanThisWithAn = ui.T(
		"请用手机上的身份验证器（支持 TOTP 的应用或小程序）扫描二维码；不便扫描的，在验证器中手工输入下面的密钥。密钥只显示这一次。",
		"Scan this with an authenticator app on your telephone (any that knows TOTP), or type the secret "+
			"below into it. It is shown this once.")
	sayQRCodeTheSecret   = ui.T("二维码；下面的密钥是同样的内容", "QR code; the secret below says the same")
	sayTheSixDigitsThat  = ui.T("应用显示的六位验证码", "The six digits that the app shows")
	sayTakeItIntoUse     = ui.T("启用", "Take it into use")
	sayInUseSince        = ui.T("已于 %s 启用。", "In use since %s.")
	sayRecoveryCodesLeft = ui.T("还有 %d 个恢复码。", "Recovery codes left: %d.")
	sayOnceInUseSigning  = ui.T(
		"启用后，登录时除密码外还要输入手机应用上的六位验证码。",
		"Once in use, signing in takes the six digits of an app on your telephone besides the password.")
	sayAnotherDeviceOrNew = ui.T("更换设备或换发恢复码", "Another device, or new recovery codes")
	sayAPresentCodeOr     = ui.T("当前验证码或恢复码", "A present code, or a recovery code")
	sayEnrolAgain         = ui.T("重新绑定", "Enrol again")
	sayBegin              = ui.T("开始绑定", "Begin")
	sayTakeItAway         = ui.T("停用双重验证", "Take it away")
	sayBeginAgain         = ui.T("重新开始绑定", "Begin again")
	sayTheSecondFactorIs  = ui.T(
		"双重验证已启用。恢复码只显示这一次，请打印或抄下，妥善保管；设备丢失时，每个可代替验证码登录一次。",
		"The second factor is in use. The recovery codes are shown this once: print them or write them down, "+
			"and keep them safe. If the device is lost each of them signs you in once.")
	sayTheyAreSafeGo      = ui.T("已保管好，继续", "They are safe; go on")
	sayThePasswordIsRight = ui.T(
		"密码正确。请在五分钟内输入验证器上的六位验证码；设备不在身边时用一个恢复码。",
		"The password is right. Type the six digits of your authenticator app within five minutes; without "+
			"the device use a recovery code.")
	sayCodeOrRecoveryCode = ui.T("验证码或恢复码", "Code, or recovery code")
	saySignIn             = ui.T("登录", "Sign in")
	sayIfTheDeviceAnd     = ui.T(
		"设备和恢复码都丢了：请按忘记密码办理，设置密码时勾选“验证器也丢失了”。",
		"If the device and the codes are lost, proceed as with a forgotten password and say so when you "+
			"choose the new one.")
)

// people.templ
var (
	sayAccounts                         = ui.T("账号", "Accounts")
	saySearch                           = ui.T("查找", "Search")
	sayNameOrLogin                      = ui.T("姓名或登录名", "name or login")
	sayOpenAnAccount                    = ui.T("开户", "Open an account")
	sayNoAccountWasFound                = ui.T("没有找到账号。", "No account was found.")
	sayRoles                            = ui.T("角色", "Roles")
	sayStatus                           = ui.T("状态", "Status")
	sayDisabled                         = ui.T("已停用", "disabled")
	sayInUse                            = ui.T("正常", "in use")
	sayACodeWaitsFor                    = ui.T("；代码待批准", "; a code waits for approval")
	sayItWasNotDone                     = ui.T("没有办成，请更正：", "It was not done; please correct:")
	sayAllAccounts                      = ui.T("全部账号", "All accounts")
	sayBelongsTo                        = ui.T("所属", "Belongs to")
	sayTheAccount                       = ui.T("账号维护", "The account")
	sayCorrectTheName                   = ui.T("更正姓名", "Correct the name")
	sayRestore                          = ui.T("恢复使用", "Restore")
	sayDisableEndsEverySession          = ui.T("停用（立即退出所有登录）", "Disable (ends every session at once)")
	saySessions                         = ui.T("登录中的设备", "Sessions")
	sayNotSignedInNow                   = ui.T("现在没有登录。", "Not signed in now.")
	sayEndAllOfThem                     = ui.T("结束全部登录", "End all of them")
	sayEraseThisPersonsData             = ui.T("删除这个人的个人信息…", "Erase this person's data…")
	sayNoRoleYetThe                     = ui.T("还没有角色，不能办理任何业务。", "No role yet: the person can do nothing.")
	sayEnd                              = ui.T("收回：", "End: ")
	sayGrantARole                       = ui.T("授予角色", "Grant a role")
	sayRole                             = ui.T("角色", "Role")
	sayRegionCodeSuchAs                 = ui.T("地区代码（如 230302）", "Region code (such as 230302)")
	sayTheWholeCountry                  = ui.T("全国", "The whole country")
	sayGrant                            = ui.T("授予", "Grant")
	sayOrganizationRequiredForPreparers = ui.T(
		"组织（申报填写人和负责人必填）",
		"Organization (required for preparers and certifiers)")
	sayAgencyRequiredForCo = ui.T("单位（会签联系人必填）", "Agency (required for co-signers)")
	sayANewAccountHas      = ui.T(
		"新账号没有任何权限，由安全管理员授予角色。",
		"A new account has no right; the security administrator grants roles.")
	sayYouGetTheFirst = ui.T(
		"开户后显示前一半代码，由另一人批准后本人自己设置密码。",
		"You get the first half of a code; once another person has approved it the owner chooses the "+
			"password.")
	sayOpenTheAccount           = ui.T("开户", "Open the account")
	sayChangeThePassword        = ui.T("修改密码", "Change the password")
	sayAfterwardsEveryDeviceHas = ui.T("改好后所有设备都要重新登录。", "Afterwards every device has to sign in again.")
	sayPresentPassword          = ui.T("现在的密码", "Present password")
	sayNewPassword              = ui.T("新密码", "New password")
	sayChangeIt                 = ui.T("修改", "Change it")
)

// people_words.go
var (
	sayInTheWholeCountry = ui.T("全国", "the whole country")
	sayListComma         = ui.T("、", ", ")
	sayNone              = ui.T("无", "none")
)

// session.go
var (
	sayTheTimeIsOver   = ui.T("时间已过，请重新登录", "The time is over: sign in again")
	sayYouHaveSignedIn = ui.T(
		"您已登录。刚才写的内容还在，还没有提交：",
		"You have signed in. What you wrote is still here and has not been sent yet:")
)
