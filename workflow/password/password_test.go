package password

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsGuessedIsRefused(t *testing.T) {
	t.Parallel()
	about := []string{"zhou.guanyuan", "周官员", "星期三陪伴小组", "黑龙江省", "鸡西市", "鸡冠区"}
	for _, p := range []string{"P@ssw0rd2024", "passwordpassword", "Huawei@123456", "Incubase2026", "incubase-demo",
		"Incubase@2026",
		"woaizhongguo", "WoAiBeijing520", "zhangwei19900101", "wangfang1988", "qwertyuiop123", "1qaz2wsx3edc4rfv",
		"qweasdzxc123456",
		"woaini1314520", "gongxifacai888", "我爱你我爱你我爱你我爱你", "我爱北京我爱北京我爱北京", "Aa123456789012", "zhouguanyuan2026",
		"Zhou.Guanyuan1",
		"周官员周官员周官员周官员", "xingqisanpeibanxiaozu", "jixishi2026jixi", "Jixi@12345678", "heilongjiang123", "Minzhengju@2026",
		"20261129201130",
		"110119120123", "fuhuajidi2026", "孵化基地孵化基地孵化基地", "ｐａｓｓｗｏｒｄ２０２６", "short-one", "", strings.Repeat("x", 201),
		"abcdefghijkl\xff"} {
		if Weak(p, about...) == nil {
			t.Errorf("%q passes", p)
		}
	}
	for _, p := range []string{"four words in a row", "一句很长的密码 2026", "correct horse battery staple", "茶壶 铁路 月亮 帆船 鼓楼",
		"tuqiang-lunchuan-9-mogu",
		"my password is a long sentence", "v9K!s2#Lm0qZ", "синяя лампа под мостом",
		strings.Repeat("a long one of words ", 10)} {
		if why := Weak(p, about...); why != nil {
			t.Errorf("%q: %s", p, why.EN)
		}
	}
}

// TestJudgingIsBounded: the estimator's work grows faster than the length; the longest and worst password stays
// cheap.
func TestJudgingIsBounded(t *testing.T) {
	t.Parallel()
	for _, p := range []string{strings.Repeat("P@ssw0rd1", 22), strings.Repeat("4@8(3691!0$5+7%2", 12),
		strings.Repeat("我爱你", 66)} {
		began := time.Now()
		Weak(p, "zhou", "周官员")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%.20q took %s", p, took)
		}
	}
}
