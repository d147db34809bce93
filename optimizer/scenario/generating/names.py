"""Words of which names are made. Nobody real is meant: a name is drawn word by word."""

from __future__ import annotations

from typing import Final

from optimizer.scenario.generating.dice import Dice

_KINH = (
    "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Lê Phạm Phạm Hoàng Hoàng Phan Phan Vũ Võ Võ Đặng Bùi "
    "Đỗ Hồ Hồ Ngô Dương Lý Cao Đinh Đậu Thái Chu Trương Hà Phùng Tạ Lương Mai Đào Tô Nghiêm Bạch Doãn"
).split()
_SURNAMES: Final = {
    "Kinh": _KINH,
    "Thái": "Lô Lô Lương Lương Vi Vi Hà Kha Lữ Quang Ngân Lang Sầm Lộc".split(),
    "Mông": "Và Lầu Xồng Hờ Vừ Già Thò Lỳ Mùa Cự".split(),
    "Khơ Mú": "Cụt Moong Lương Ốc Xeo Lữ Pịt".split(),
    "Thổ": "Trương Lê Cao Nguyễn Hồ Bùi".split(),
}
_MIDDLE: Final = {
    "male": (
        "Văn Văn Văn Đình Đình Hữu Xuân Ngọc Quang Quốc Minh Đức Công Thanh Trọng Anh Sỹ Viết Bá Tuấn Thế Duy Hồng"
    ).split(),
    "female": "Thị Thị Thị Thị Thị Ngọc Thu Thanh Phương Hồng Mai Kim Minh Khánh Hoài Bích Lan Quỳnh Thùy".split(),
}
_GIVEN: Final = {
    "male": (
        "Anh An Bình Cường Chung Chiến Công Dũng Duy Dương Đạt Đức Giang Hà Hải Hiếu Hòa Hoàn Hoàng Hùng Huy Hưng "
        "Khánh Khoa Kiên Lâm Linh Long Lực Mạnh Minh Nam Nghĩa Nhân Phong Phú Phúc Quân Quang Quý Sơn Sáng Tài Tâm "
        "Tân Thái Thành Thắng Thịnh Thọ Thông Thủy Tiến Toàn Trung Trường Tú Tuấn Tùng Việt Vinh Vũ Vương"
    ).split(),
    "female": (
        "Anh Ánh Bình Châu Chi Diệp Dung Duyên Giang Hà Hải Hằng Hạnh Hiền Hoa Hòa Hoài Hồng Huệ Huyền Hương Khánh "
        "Lan Lê Liên Linh Loan Ly Mai Minh My Nga Ngân Ngọc Nguyệt Nhàn Nhung Oanh Phương Quỳnh Sen Tâm Thảo Thanh "
        "Thắm Thoa Thơm Thu Thúy Thủy Thương Trà Trang Trinh Tú Tuyết Uyên Vân Xuân Yến"
    ).split(),
}
_PLACE_FIRST: Final = (
    "An Bắc Bình Cẩm Châu Diên Đại Đông Đồng Đức Gia Giang Hà Hải Hòa Hoàng Hồng Hưng Khánh Kim Kỳ Lạc Lam Liên "
    "Long Lộc Lương Mai Minh Mỹ Nam Nga Nghi Ngọc Nhân Ninh Phong Phú Phúc Phước Quang Quỳnh Sơn Tam Tân Tây Thái "
    "Thanh Thành Thiên Thịnh Thọ Thủy Thượng Tiên Trung Trường Vạn Văn Vĩnh Xuân Yên"
).split()
_PLACE_SECOND: Final = (
    "An Bình Cát Châu Cường Dương Điền Định Đông Giang Hà Hải Hạnh Hiệp Hòa Hội Hợp Hương Khê Khánh Lâm Lập Lễ Lộc "
    "Lợi Long Lĩnh Mậu Minh Mỹ Nghĩa Ngọc Nguyên Nhân Ninh Phong Phú Phúc Quang Quý Sơn Tâm Tân Thạch Thái Thành "
    "Thịnh Thọ Thuận Thủy Tiến Tín Trạch Trung Trường Tường Vân Văn Viên Xá Yên"
).split()


def person_name(dice: Dice, sex: str, ethnicity: str) -> str:
    """A plausible name for a person of that sex and ethnicity."""
    surname = dice.pick(_SURNAMES.get(ethnicity, _KINH))
    return f"{surname} {dice.pick(_MIDDLE[sex])} {dice.pick(_GIVEN[sex])}"


def place_names(dice: Dice, n: int) -> list[str]:
    """n different plausible names of communes; a number follows where the words run out."""
    pairs = [f"{first} {second}" for first in _PLACE_FIRST for second in _PLACE_SECOND if first != second]
    names = dice.sample(dict.fromkeys(pairs, 1), n)
    return [names[i % len(names)] + (f" {i // len(names) + 1}" if i >= len(names) else "") for i in range(n)]
